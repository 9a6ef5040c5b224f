(async (script, wasm) => {
  const SLICE = 8;
  const turn = () => (window.scheduler?.yield ? scheduler.yield() : new Promise((then) => setTimeout(then)));
  await new Promise((then) => (window.requestIdleCallback ?? setTimeout)(then));
  const program = await import(script);
  window.__hydrateIsland = async (island, name) => {
    try {
      await program[name](island);
    } catch (error) {
      reportError(error);
    }
  };
  await program.default({ module_or_path: wasm });
  await turn();
  program.hydrate();
  const islands = [];
  let until = 0;
  for (const island of document.querySelectorAll("leptos-island")) {
    if (performance.now() > until) {
      await turn();
      until = performance.now() + SLICE;
    }
    if (island.isConnected) islands.push(__hydrateIsland(island, island.dataset.component));
  }
  await Promise.all(islands);
  await turn();
  document.documentElement.dataset.hydrated = "";
})
