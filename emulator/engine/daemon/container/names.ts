/** Names for containers that were given none: an adjective and somebody the craft owes something to. */

const adjectives = `agile amber ample arch blithe bold brave breezy bright brisk calm candid cheery civil clear clever
cosmic cozy crisp curious daring deft dreamy eager earnest easy epic fair fearless festive fond frank fresh gentle glad
golden graceful grand happy hardy helpful honest hopeful humble jolly jovial keen kind lively loyal lucid lucky mellow
merry mighty modest neat nimble noble patient peaceful placid plucky polite proud quick quiet quirky ready serene sharp
shiny silent sincere smart snug sober steady stoic sunny swift tender thrifty tidy trusty upbeat valiant vivid warm
wise witty zealous zen`.split(/\s+/);

const surnames =
  `abelson aho allen backus baran bartik bernerslee bohr boole bose brooks carmack cerf church codd corbato
cray curie dahl dijkstra diffie einstein engelbart euler faraday feynman floyd galois gauss goldberg goodall gosling
hamilton hamming hellman hilbert hoare hopper iverson joy kahn kaplan karp kay keller kernighan kilby kleene knuth
lamarr lamport landin laplace leibniz liskov lovelace mauchly mccarthy mcilroy merkle milner minsky moore naur neumann
newell nightingale noether noyce nygaard pascal perlman pike postel raman reynolds ritchie rivest sammet scott shamir
shannon simon sinclair sparck stallman steele stonebraker sutherland tarjan tesla thacker thompson torvalds turing
ullman wilkes wirth wozniak yao zuse`.split(/\s+/);

/** `taken` says which names are in use; after some tries a digit is added. */
export function generateName(random: (bytes: number) => Uint8Array, taken: (name: string) => boolean): string {
  for (let attempt = 0; ; attempt++) {
    const [a = 0, b = 0, c = 0, d = 0, digit = 0] = random(5);
    const adjective = adjectives[(a * 256 + b) % adjectives.length] ?? "";
    const surname = surnames[(c * 256 + d) % surnames.length] ?? "";
    const name = `${adjective}_${surname}${attempt < 6 ? "" : String(digit % 10 ** Math.min(attempt - 5, 3))}`;
    if (!taken(name)) return name;
  }
}

export const nameExpression = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
