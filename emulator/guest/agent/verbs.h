/* Every verb's handler. One C file per verb or topic. */
#ifndef DRYDOCK_VERBS_H
#define DRYDOCK_VERBS_H

#include "link.h"

int verb_refresh (struct call *call, struct error *err);
int verb_spawn (struct call *call, struct error *err);
int verb_adopt (struct call *call, struct error *err);
int verb_signal (struct call *call, struct error *err);
int verb_resize (struct call *call, struct error *err);
int verb_read_file (struct call *call, struct error *err);
int verb_write_file (struct call *call, struct error *err);
int verb_stat (struct call *call, struct error *err);
int verb_mkdir (struct call *call, struct error *err);
int verb_remove (struct call *call, struct error *err);
int verb_symlink (struct call *call, struct error *err);
int verb_list (struct call *call, struct error *err);
int verb_create (struct call *call, struct error *err);
int verb_usage (struct call *call, struct error *err);
int verb_changes (struct call *call, struct error *err);
int verb_pack (struct call *call, struct error *err);
int verb_unpack (struct call *call, struct error *err);
int verb_mount (struct call *call, struct error *err);
int verb_unmount (struct call *call, struct error *err);
int verb_listen_unix (struct call *call, struct error *err);
int verb_unlisten (struct call *call, struct error *err);
int verb_dial (struct call *call, struct error *err);
int verb_stub_raw (struct call *call, struct error *err);
int verb_stub_exit (struct call *call, struct error *err);
int verb_task_prepare (struct call *call, struct error *err);
int verb_task_start (struct call *call, struct error *err);
int verb_task_exec (struct call *call, struct error *err);
int verb_task_attach (struct call *call, struct error *err);
int verb_task_wait (struct call *call, struct error *err);
int verb_task_signal (struct call *call, struct error *err);
int verb_task_resize (struct call *call, struct error *err);
int verb_task_remove (struct call *call, struct error *err);
int verb_task_freeze (struct call *call, struct error *err);
int verb_task_update (struct call *call, struct error *err);
int verb_task_processes (struct call *call, struct error *err);
int verb_task_stats (struct call *call, struct error *err);
int verb_log_read (struct call *call, struct error *err);
int verb_observe (struct call *call, struct error *err);
int verb_netns_create (struct call *call, struct error *err);
int verb_netns_remove (struct call *call, struct error *err);
int verb_bridge_create (struct call *call, struct error *err);
int verb_bridge_remove (struct call *call, struct error *err);
int verb_veth_create (struct call *call, struct error *err);
int verb_veth_remove (struct call *call, struct error *err);
int verb_route_set (struct call *call, struct error *err);
int verb_port_hold (struct call *call, struct error *err);
int verb_port_release (struct call *call, struct error *err);
int verb_dns_serve (struct call *call, struct error *err);
int verb_dns_answer (struct call *call, struct error *err);

/* Called once, at the start. */
void spawn_init (void);
void sockets_init (void);
int stub_init (struct error *err);

#endif
