'use strict';
// Objects and their history: one revision counter, one ordered map and one event list per kind.

const keyOf = (ns, name) => `${ns || ''}/${name}`;

class Store {
  constructor() {
    this.reset();
  }

  reset() {
    this.rv = 1000;
    this.first = 1000; // no watch reaches back before it
    this.floor = 0; // events up to this revision are forgotten
    this.maps = new Map();
    this.events = new Map();
    this.listeners = this.listeners || new Set();
  }

  get oldest() {
    return Math.max(this.first, this.floor);
  }

  map(storage) {
    if (!this.maps.has(storage)) {
      this.maps.set(storage, new Map());
      this.events.set(storage, []);
    }
    return this.maps.get(storage);
  }

  get(storage, ns, name) {
    return this.map(storage).get(keyOf(ns, name));
  }

  // list(storage, ns, rv): objects in key order; ns undefined is all namespaces; rv is a past revision.
  list(storage, ns, rv) {
    const now = rv === undefined || rv >= this.rv ? this.map(storage) : this.past(storage, rv);
    const out = [];
    for (const [k, o] of now) if (ns === undefined || k.startsWith(`${ns}/`)) out.push([k, o]);
    return out.sort((a, b) => (a[0] < b[0] ? -1 : 1)).map((x) => x[1]);
  }

  past(storage, rv) {
    const map = new Map(this.map(storage));
    const events = this.events.get(storage);
    for (let i = events.length - 1; i >= 0 && events[i].rv > rv; i--) {
      const e = events[i];
      if (e.old) map.set(e.key, e.old);
      else map.delete(e.key);
    }
    return map;
  }

  // put(storage, object) stores object under a new revision and tells the listeners. The object
  // must not be changed afterwards.
  put(storage, object) {
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    const old = this.map(storage).get(key);
    object.metadata.resourceVersion = String(++this.rv);
    this.map(storage).set(key, object);
    this.tell({ storage, key, type: old ? 'MODIFIED' : 'ADDED', object, old, rv: this.rv });
    return object;
  }

  remove(storage, object) {
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    const old = this.map(storage).get(key);
    if (!old) return;
    this.map(storage).delete(key);
    const last = { ...old, metadata: { ...old.metadata, resourceVersion: String(++this.rv) } };
    this.tell({ storage, key, type: 'DELETED', object: last, old, rv: this.rv });
  }

  tell(event) {
    const list = this.events.get(event.storage);
    list.push(event);
    if (list.length > 20000) {
      this.floor = Math.max(this.floor, list[5000].rv);
      list.splice(0, 5000);
    }
    for (const l of this.listeners) l(event);
  }

  since(storage, rv) {
    this.map(storage);
    return this.events.get(storage).filter((e) => e.rv > rv);
  }

  forget() {
    this.floor = this.rv;
    for (const list of this.events.values()) list.length = 0;
  }
}

module.exports = { Store };
