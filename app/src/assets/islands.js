(async (script, wasm) => {
  const SLICE = 8;
  const turn = () => (window.scheduler?.yield ? scheduler.yield() : new Promise((then) => setTimeout(then)));
  await new Promise((then) => (window.requestIdleCallback ?? setTimeout)(then));
  const program = await import(script);
  window.__hydrateIsland = (island, name) => {
    try {
      program[name](island);
    } catch (error) {
      reportError(error);
    }
  };
  await program.default({ module_or_path: wasm });
  await turn();
  program.hydrate();
  let until = 0;
  for (const island of document.querySelectorAll("leptos-island")) {
    if (performance.now() > until) {
      await turn();
      until = performance.now() + SLICE;
    }
    if (island.isConnected) __hydrateIsland(island, island.dataset.component);
  }
  document.documentElement.dataset.hydrated = "";
})
