/* Minimum cut of a grid with eight neighbours a pixel, by the algorithm of Boykov and Kolmogorov (2004). */

const [FREE, SOURCE, SINK] = [0, 1, 2];
const [TERMINAL, ORPHAN, NONE] = [8, 9, 10];
const FAR = 0x3fffffff;

/** The eight neighbours as {x, y}; the opposite of direction `d` is `d ^ 1`. */
export const DIRECTIONS = [
  { x: 1, y: 0 },
  { x: -1, y: 0 },
  { x: 0, y: 1 },
  { x: 0, y: -1 },
  { x: 1, y: 1 },
  { x: -1, y: -1 },
  { x: -1, y: 1 },
  { x: 1, y: -1 },
];

/** A grid of nodes with whole capacities: set them with `setTerminal` and `setEdge`, then `cut()`. */
export class GridGraph {
  #active = [];
  #next = [];
  #orphans = [];
  #time = 0;

  constructor(width, height) {
    // A frame without capacities around the grid spares every check of the bounds.
    this.stride = width + 2;
    const count = this.stride * (height + 2);
    Object.assign(this, { width, height, count });
    this.steps = DIRECTIONS.map(({ x, y }) => y * this.stride + x);
    this.capacity = DIRECTIONS.map(() => new Int32Array(count));
    this.terminal = new Int32Array(count);
    this.tree = new Uint8Array(count);
    this.parent = new Uint8Array(count).fill(NONE);
    this.stamp = new Int32Array(count);
    this.distance = new Int32Array(count);
    this.isActive = new Uint8Array(count);
  }

  node(x, y) {
    return (y + 1) * this.stride + x + 1;
  }

  /** Set what it costs to cut a node from the source, minus what it costs to cut it from the sink. */
  setTerminal(node, difference) {
    this.terminal[node] = difference;
  }

  /** Set the cost of separating a node from its neighbour in a direction, both ways. */
  setEdge(node, direction, cost) {
    this.capacity[direction][node] = cost;
    this.capacity[direction ^ 1][node + this.steps[direction]] = cost;
  }

  /** Return 1 for each pixel on the source's side of the cheapest cut. */
  cut() {
    this.#plant();
    for (let node = this.#take(); node >= 0; node = this.#take()) {
      while (this.tree[node] && this.#grow(node));
    }
    const side = new Uint8Array(this.width * this.height);
    for (let y = 0, index = 0; y < this.height; y++) {
      for (let x = 0; x < this.width; x++, index++) side[index] = this.tree[this.node(x, y)] === SOURCE ? 1 : 0;
    }
    return side;
  }

  #plant() {
    for (let node = 0; node < this.count; node++) {
      if (!this.terminal[node]) continue;
      this.tree[node] = this.terminal[node] > 0 ? SOURCE : SINK;
      this.parent[node] = TERMINAL;
      this.distance[node] = 1;
      this.#activate(node);
    }
  }

  #activate(node) {
    if (this.isActive[node]) return;
    this.isActive[node] = 1;
    this.#next.push(node);
  }

  #take() {
    if (!this.#active.length) {
      this.#active = this.#next.reverse();
      this.#next = [];
    }
    if (!this.#active.length) return -1;
    const node = this.#active.pop();
    this.isActive[node] = 0;
    return node;
  }

  /** Grow the tree of a node by its neighbours; return whether a path was found, so that the node has to grow again. */
  #grow(node) {
    const { tree, parent, capacity, steps, stamp, distance } = this;
    const own = tree[node];
    for (let direction = 0; direction < 8; direction++) {
      const other = node + steps[direction];
      const room = own === SOURCE ? capacity[direction][node] : capacity[direction ^ 1][other];
      if (!room) continue;
      if (tree[other] === FREE) {
        tree[other] = own;
        this.#hang(other, direction ^ 1, stamp[node], distance[node] + 1);
        this.#activate(other);
      } else if (tree[other] !== own) {
        if (own === SOURCE) this.#augment(node, direction);
        else this.#augment(other, direction ^ 1);
        this.#adoptOrphans();
        return true;
      } else if (stamp[other] <= stamp[node] && distance[other] > distance[node] && parent[other] !== TERMINAL) {
        this.#hang(other, direction ^ 1, stamp[node], distance[node] + 1);
      }
    }
    return false;
  }

  #hang(node, direction, stamp, distance) {
    this.parent[node] = direction;
    this.stamp[node] = stamp;
    this.distance[node] = distance;
  }

  /** Send as much as fits along the path over the edge that joins both trees. */
  #augment(start, direction) {
    const { capacity, steps, parent, terminal } = this;
    const end = start + steps[direction];
    let room = capacity[direction][start];
    let node = start;
    for (; parent[node] !== TERMINAL; node += steps[parent[node]]) {
      room = Math.min(room, capacity[parent[node] ^ 1][node + steps[parent[node]]]);
    }
    room = Math.min(room, terminal[node]);
    for (node = end; parent[node] !== TERMINAL; node += steps[parent[node]]) room = Math.min(room, capacity[parent[node]][node]);
    room = Math.min(room, -terminal[node]);

    capacity[direction][start] -= room;
    capacity[direction ^ 1][end] += room;
    for (node = start; parent[node] !== TERMINAL; ) {
      const up = parent[node];
      const above = node + steps[up];
      capacity[up][node] += room;
      capacity[up ^ 1][above] -= room;
      if (!capacity[up ^ 1][above]) this.#orphan(node);
      node = above;
    }
    terminal[node] -= room;
    if (!terminal[node]) this.#orphan(node);
    for (node = end; parent[node] !== TERMINAL; ) {
      const up = parent[node];
      const above = node + steps[up];
      capacity[up][node] -= room;
      capacity[up ^ 1][above] += room;
      if (!capacity[up][node]) this.#orphan(node);
      node = above;
    }
    terminal[node] += room;
    if (!terminal[node]) this.#orphan(node);
  }

  #orphan(node) {
    this.parent[node] = ORPHAN;
    this.#orphans.push(node);
  }

  #adoptOrphans() {
    this.#time++;
    for (let index = 0; index < this.#orphans.length; index++) this.#adopt(this.#orphans[index]);
    this.#orphans.length = 0;
  }

  /** Find a new parent for an orphan in its own tree, or free it and its children. */
  #adopt(node) {
    const { tree, parent, capacity, steps } = this;
    const own = tree[node];
    const room = (direction) => (own === SOURCE ? capacity[direction ^ 1][node + steps[direction]] : capacity[direction][node]);
    let [best, nearest] = [NONE, FAR];
    for (let direction = 0; direction < 8; direction++) {
      const other = node + steps[direction];
      if (tree[other] !== own || !room(direction)) continue;
      const distance = this.#distanceToTerminal(other);
      if (distance < nearest) [best, nearest] = [direction, distance];
    }
    if (best !== NONE) return this.#hang(node, best, this.#time, nearest + 1);
    for (let direction = 0; direction < 8; direction++) {
      const other = node + steps[direction];
      if (tree[other] !== own) continue;
      if (room(direction)) this.#activate(other);
      if (parent[other] === (direction ^ 1)) this.#orphan(other);
    }
    tree[node] = FREE;
    parent[node] = NONE;
  }

  #distanceToTerminal(start) {
    const { parent, stamp, steps } = this;
    let distance = 0;
    for (let node = start; ; node += steps[parent[node]]) {
      if (stamp[node] === this.#time) {
        distance += this.distance[node];
        break;
      }
      distance++;
      if (parent[node] === TERMINAL) {
        stamp[node] = this.#time;
        this.distance[node] = 1;
        break;
      }
      if (parent[node] >= ORPHAN) return FAR;
    }
    let left = distance;
    for (let node = start; stamp[node] !== this.#time; node += steps[parent[node]]) {
      stamp[node] = this.#time;
      this.distance[node] = left--;
    }
    return distance;
  }
}
