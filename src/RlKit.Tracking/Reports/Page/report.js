// The page of a report. It reads the runs from the element "data" and builds everything as DOM nodes: no text of a run is ever parsed as HTML.
(() => {
  "use strict";

  const data = JSON.parse(document.getElementById("data").textContent);

  // Okabe and Ito's colours, which people with any colour vision tell apart; a second round is dashed.
  const COLORS = {
    light: ["#0072b2", "#d55e00", "#009e73", "#b5549a", "#c98a00", "#3a9bd1", "#7a5195", "#5f6b7a"],
    dark: ["#4aa8e8", "#ff8a3d", "#2fc79a", "#e58cc6", "#f0b429", "#8ecdf5", "#b79ae0", "#a9b4c2"],
  };
  const DASHES = [null, [7, 4], [2, 3]];

  // The charts that open first, and their plain names.
  const CHARTS = [
    ["rollout/ep_rew_mean", "Running reward", "mean of the last 100 episodes"],
    ["eval/mean_reward", "Evaluation reward", "best actions, separate episodes"],
    ["rollout/episode_return", "Episode reward", "each finished episode"],
    ["rollout/ep_rew_max", "Maximum reward", "best episode so far"],
    ["train/loss", "Loss", ""],
    ["rollout/exploration_rate", "Epsilon", "share of random actions"],
    ["rollout/ep_len_mean", "Episode length", "mean of the last 100 episodes"],
    ["time/fps", "Steps per second", ""],
  ];
  const SYSTEM_CHARTS = [
    ["system/process_cpu", "Processor, this process", "% of all processors"],
    ["system/cpu", "Processor, machine", "% of all processors"],
    ["system/process_memory_mb", "Memory, this process", "MiB"],
    ["system/memory_percent", "Memory, machine", "%"],
    ["system/gpu_0_percent", "GPU", "%"],
    ["system/gpu_0_memory_percent", "GPU memory", "%"],
  ];
  const NAMES = new Map([...CHARTS, ...SYSTEM_CHARTS].map(([metric, name, note]) => [metric, { name, note }]));

  // Settings that do not change what is learned; runs that differ in these alone are one group.
  const IGNORED = ["seed", "capture_video", "checkpoint_frequency", "eval_frequency", "eval_episodes", "track", "threads"];
  const MOST_GRID_POINTS = 500;

  // 97.5 % quantiles of Student's t distribution for 1, 2, ... degrees of freedom.
  const T975 = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042];

  // Of two runs the interval is a dozen times as wide as they are apart, which tells nothing.
  const LEAST_FOR_INTERVAL = 3;

  const state = {
    axis: "step", smoothing: 0, band: "interval", groupBy: "settings", hidden: new Set(), excluded: new Set(), zoom: null,
    sort: { column: "run", down: false }, allColumns: false, charts: [],
  };

  // ---- Text ----

  const number = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

  function compact(value, digits = 4) {
    if (value == null || !Number.isFinite(value)) return "–";
    const size = Math.abs(value);
    if (size >= 1e15 || (size > 0 && size < 1e-4)) return value.toExponential(2).replace("e+", "e");
    for (const [limit, sign] of [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e4, "k"]]) if (size >= limit) return round(value / (limit === 1e4 ? 1e3 : limit), digits) + sign;
    return String(round(value, digits));
  }

  // By way of a number: toPrecision writes 4850 with three digits as 4.85e+3.
  function round(value, digits) {
    return Number(value.toPrecision(digits));
  }

  // A measured value at a length that people compare by; a deviation has the digits of what it is the deviation of.
  function measured(value, of = value) {
    if (value == null || !Number.isFinite(value)) return "–";
    const size = Math.abs(of);
    if (size >= 1e6 || (size > 0 && size < 1e-3)) return compact(value);
    return size >= 1000 ? number.format(value) : value.toFixed(size >= 10 ? 1 : size >= 1 ? 2 : 3);
  }

  function short(value) {
    return compact(value, 3);
  }

  function duration(seconds) {
    if (seconds == null || !Number.isFinite(seconds)) return "–";
    if (seconds < 60) return seconds.toFixed(seconds < 10 ? 1 : 0) + " s";
    if (seconds < 3600) return Math.floor(seconds / 60) + " min " + String(Math.floor(seconds % 60)).padStart(2, "0") + " s";
    return Math.floor(seconds / 3600) + " h " + String(Math.floor((seconds % 3600) / 60)).padStart(2, "0") + " min";
  }

  function time(milliseconds) {
    if (milliseconds == null) return "–";
    const at = new Date(milliseconds), two = part => String(part).padStart(2, "0");
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
  }

  function bytes(count) {
    return count < 1024 ? count + " B" : count < 1 << 20 ? (count / 1024).toFixed(0) + " KiB" : (count / (1 << 20)).toFixed(1) + " MiB";
  }

  function text(value) {
    return value === undefined ? "" : value === null ? "none" : typeof value === "number" && !Number.isInteger(value) ? String(Number(value.toPrecision(12))) : String(value);
  }

  function plural(count, one) {
    return `${number.format(count)} ${one}${count === 1 ? "" : "s"}`;
  }

  // Names of metrics and settings without their folder.
  function last(name) {
    return name.slice(name.lastIndexOf("/") + 1);
  }

  // ---- Elements ----

  function el(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value == null || value === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (name === "color") element.style.setProperty("--color", value);
      else element.setAttribute(name, value === true ? "" : value);
    }

    element.append(...children.flat(Infinity).filter(child => child != null && child !== false));
    return element;
  }

  function isDark() {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  function css(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  // ---- Runs ----

  function decode(curve) {
    const count = curve.step.length, steps = new Float64Array(count), column = values => Float64Array.from(values, value => value ?? NaN);
    for (let i = 0, step = 0; i < count; i++) steps[i] = step += curve.step[i];
    const mean = column(curve.mean);
    return { count: curve.n, notFinite: curve.notFinite || 0, steps, mean, min: curve.min ? column(curve.min) : mean, max: curve.max ? column(curve.max) : mean, isThinned: !!curve.min, byAxis: {} };
  }

  function table(rising) {
    const steps = new Float64Array(rising.step.length);
    for (let i = 0, step = 0; i < steps.length; i++) steps[i] = step += rising.step[i];
    return { steps, values: Float64Array.from(rising.value, value => value ?? NaN) };
  }

  function interpolate(xs, ys, x) {
    let low = 0, high = xs.length - 1;
    if (high < 0 || x < xs[0] || x > xs[high]) return NaN;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (xs[middle] <= x) low = middle;
      else high = middle;
    }

    if (x === xs[high]) return ys[high];
    return x === xs[low] || xs[high] === xs[low] ? ys[low] : ys[low] + (ys[high] - ys[low]) * (x - xs[low]) / (xs[high] - xs[low]);
  }

  // Before the first entry a table that rises goes from 0 at step 0; behind the last it stays.
  function lookUp({ steps, values }, step) {
    if (steps.length === 0) return NaN;
    if (step < steps[0]) return values[0] * step / steps[0];
    return step > steps[steps.length - 1] ? values[values.length - 1] : interpolate(steps, values, step);
  }

  function lastValue(run, metric) {
    const curve = run.curves.get(metric);
    return curve && curve.mean.length ? curve.mean[curve.mean.length - 1] : null;
  }

  for (const run of data.runs) {
    run.curves = new Map(Object.entries(run.curves).map(([name, curve]) => [name, decode(curve)]));
    run.times = table(run.times);
    run.episodeCounts = table(run.episodeCounts);
    // The summary is of the last session that ended; of one after it only the curves tell.
    const summary = (run.summary["global_step"] ?? run.step) >= run.step ? run.summary : {};
    run.reward = summary["train_return_mean_100"] ?? lastValue(run, "rollout/ep_rew_mean");
    run.best = lastValue(run, "rollout/ep_rew_max");
    run.evaluation = summary["eval_return_mean"] ?? lastValue(run, "eval/mean_reward");
    run.spread = summary["eval_return_mean"] == null ? lastValue(run, "eval/std_reward") : summary["eval_return_std"];
    run.speed = summary["steps_per_second"] ?? lastValue(run, "time/fps");
    run.duration = summary["wall_seconds"] ?? run.seconds;
    run.steps = summary["global_step"] ?? run.step;
    // The summary is of the last process alone.
    if (run.sessions.length > 1 && run.seconds > 0) [run.duration, run.speed] = [run.seconds, run.steps / run.seconds];
    run.settings = { algorithm: run.algorithm, environment: run.environment, experiment: run.experiment, project: run.project };
    for (const [name, value] of Object.entries(run.config)) if (!["algorithm", "env/id", "train/exp_name", "train/project"].includes(name)) run.settings[name] = value;
    run.settings["seed"] = run.seed;
    delete run.settings["train/seed"];
  }

  const settingNames = [...new Set(data.runs.flatMap(run => Object.keys(run.settings)))];
  const textOf = (run, name) => JSON.stringify(run.settings[name]) ?? "";
  const hasSeveral = (runs, name) => new Set(runs.map(run => textOf(run, name)).filter(value => value !== "")).size > 1;
  const differing = settingNames.filter(name => name !== "seed" && hasSeveral(data.runs, name));
  // Algorithms have options of their own: what the algorithm decides alone says nothing more than its name.
  const algorithms = Object.values(Object.groupBy(data.runs, run => run.algorithm));
  const isDecided = name => name !== "algorithm" && algorithms.length > 1 && algorithms.every(runs => !hasSeveral(runs, name));
  const telling = differing.filter(name => !isDecided(name));
  const decided = differing.filter(isDecided);

  let groups = [];

  function groupRuns() {
    const names = settingNames.filter(name => !IGNORED.includes(last(name)));
    const keyOf = state.groupBy === "settings" ? run => names.map(name => textOf(run, name)).join("\n")
      : state.groupBy === "run" ? run => run.id
      : run => textOf(run, state.groupBy);
    const parts = Object.entries(Object.groupBy(data.runs, keyOf)).map(([key, runs]) => ({ key, runs }));
    const varying = names.filter(name => new Set(parts.map(part => textOf(part.runs[0], name))).size > 1 && !isDecided(name));
    const plain = ["algorithm", "environment", "experiment", "project"];
    const word = (run, name) => run.settings[name] == null && plain.includes(name) ? "" : plain.includes(name) ? text(run.settings[name]) : `${last(name)} ${text(run.settings[name])}`;
    const by = state.groupBy === "settings" ? varying : state.groupBy === "run" ? [] : [state.groupBy];
    for (const part of parts) {
      const run = part.runs[0], words = by.map(name => word(run, name)).filter((one, i, all) => one !== "" && all.indexOf(one) === i);
      part.label = state.groupBy === "run" ? runName(run) : words.join(" · ") || run.algorithm;
    }

    parts.sort((a, b) => by.reduce((order, name) => order || compare(a.runs[0].settings[name], b.runs[0].settings[name]), 0) || compare(a.label, b.label));
    parts.forEach((part, i) => { part.number = i; });
    groups = parts;
    for (const group of groups) for (const run of group.runs) run.group = group;
  }

  function colorOf(group) {
    const colors = COLORS[isDark() ? "dark" : "light"];
    return colors[group.number % colors.length];
  }

  function runName(run) {
    const words = [run.algorithm];
    if (data.runs.some(other => other.environment !== run.environment)) words.push(run.environment);
    return words.join(" · ") + " · seed " + run.seed;
  }

  // ---- Curves ----

  const AXES = {
    step: { label: "steps", x: (run, steps) => steps, end: run => run.step },
    episode: { label: "episodes", x: (run, steps) => steps.map(step => lookUp(run.episodeCounts, step)), end: run => run.episodes },
    time: { label: "training time", x: (run, steps) => steps.map(step => lookUp(run.times, step)), end: run => run.seconds },
  };

  const isSystem = metric => metric.startsWith("system/");

  function xsOf(run, metric, axis) {
    const curve = run.curves.get(metric);
    // The machine is measured by time alone; its steps are milliseconds.
    return curve.byAxis[axis] ??= isSystem(metric) ? curve.steps.map(step => step / 1000) : AXES[axis].x(run, curve.steps);
  }

  // The exponential moving average that TensorBoard draws, without its bias to 0 at the start.
  function smooth(values, weight) {
    if (weight === 0) return values;
    const result = new Float64Array(values.length);
    let sum = 0, share = 0;
    for (let i = 0; i < values.length; i++) {
      if (Number.isFinite(values[i])) {
        sum = sum * weight + (1 - weight) * values[i];
        share = share * weight + (1 - weight);
      }

      result[i] = Number.isFinite(values[i]) ? sum / share : NaN;
    }

    return result;
  }

  // The places where curves are drawn: where they have values when these are few, else evenly.
  function gridOf(lists, range, width) {
    const most = Math.max(60, Math.min(MOST_GRID_POINTS, Math.floor(width / 2)));
    const all = new Set();
    let low = Infinity, high = -Infinity;
    for (const xs of lists) {
      for (const x of xs) {
        if (!Number.isFinite(x) || (range && (x < range[0] || x > range[1]))) continue;
        low = Math.min(low, x);
        high = Math.max(high, x);
        if (all.size <= most) all.add(x);
      }
    }

    if (range) for (const end of range) all.add(end);
    if (all.size === 0) return { points: new Float64Array(0), isEven: false };
    if (all.size <= most) return { points: Float64Array.from(all).sort(), isEven: false };
    const from = range ? range[0] : low, to = range ? range[1] : high;
    return { points: Float64Array.from({ length: most }, (_, i) => from + (to - from) * i / (most - 1)), isEven: true };
  }

  // A curve at the places of a grid. Of several points near one place the mean is taken, and the lowest and highest.
  function sample(xs, curve, values, grid) {
    const { points, isEven } = grid, count = points.length;
    const mean = new Float64Array(count), min = new Float64Array(count), max = new Float64Array(count);
    const half = isEven ? (points[1] - points[0]) / 2 : 0;
    for (let i = 0, j = 0; i < count; i++) {
      let found = 0, sum = 0, low = Infinity, high = -Infinity;
      if (isEven) {
        while (j < xs.length && !(xs[j] >= points[i] - half)) j++;
        for (; j < xs.length && xs[j] < points[i] + half; j++) {
          if (!Number.isFinite(values[j])) continue;
          found++;
          sum += values[j];
          low = Math.min(low, curve.min[j]);
          high = Math.max(high, curve.max[j]);
        }
      }

      mean[i] = found ? sum / found : interpolate(xs, values, points[i]);
      min[i] = found ? low : interpolate(xs, curve.min, points[i]);
      max[i] = found ? high : interpolate(xs, curve.max, points[i]);
    }

    return { mean, min, max };
  }

  // Mean over the runs that reach a place, and the band around it. Where fewer than half of them are, their mean would tell of which ones these are.
  function average(samples, band) {
    const count = samples[0].mean.length;
    const mean = new Float64Array(count), low = new Float64Array(count), high = new Float64Array(count), runs = new Uint16Array(count);
    for (let i = 0; i < count; i++) {
      let n = 0, sum = 0, least = Infinity, most = -Infinity;
      for (const one of samples) {
        const value = one.mean[i];
        if (!Number.isFinite(value)) continue;
        n++;
        sum += value;
        least = Math.min(least, value);
        most = Math.max(most, value);
      }

      const middle = n > 0 && 2 * n >= samples.length ? sum / n : NaN;
      const deviation = n > 1 ? Math.sqrt(samples.reduce((total, one) => total + (Number.isFinite(one.mean[i]) ? (one.mean[i] - middle) ** 2 : 0), 0) / (n - 1)) : NaN;
      const reach = interval(deviation, n);
      mean[i] = middle;
      runs[i] = n;
      low[i] = band === "range" && middle === middle ? least : middle - reach;
      high[i] = band === "range" && middle === middle ? most : middle + reach;
    }

    return { mean, low, high, runs };
  }

  // Half of the 95 % confidence interval of a mean.
  function interval(deviation, n) {
    return n >= LEAST_FOR_INTERVAL ? (T975[n - 2] ?? 1.96) * deviation / Math.sqrt(n) : NaN;
  }

  function statistics(values) {
    const given = values.filter(value => Number.isFinite(value)), n = given.length;
    if (n === 0) return null;
    const mean = given.reduce((sum, value) => sum + value, 0) / n;
    const deviation = n > 1 ? Math.sqrt(given.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1)) : NaN;
    return { given, n, mean, reach: interval(deviation, n), min: Math.min(...given), max: Math.max(...given) };
  }

  // ---- Charts ----

  const nulls = values => Array.from(values, value => Number.isFinite(value) ? value : null);

  // Charts are drawn when they come into sight.
  const sight = new IntersectionObserver(entries => {
    for (const entry of entries) {
      entry.target.chart.isInSight = entry.isIntersecting;
      if (entry.isIntersecting) entry.target.chart.drawIfDue();
    }
  }, { rootMargin: "200px" });
  const sizes = new ResizeObserver(entries => {
    for (const entry of entries) entry.target.chart.resize();
  });
  const charts = new Set();

  class Chart {
    constructor(metric, { runs = null, close = null } = {}) {
      const known = NAMES.get(metric);
      this.metric = metric;
      this.only = runs;
      this.isLog = false;
      this.isDue = true;
      this.zoomY = null;
      this.log = el("button", { type: "button", class: "mini", title: "Logarithmic y axis", "aria-pressed": "false", onclick: () => this.switchLog() }, "log");
      this.body = el("div", { class: "plot" });
      this.notes = el("p", { class: "chart-note", hidden: true });
      this.tip = el("div", { class: "tip", hidden: true });
      this.element = el("figure", { class: "chart", "data-metric": metric },
        el("figcaption", {},
          el("div", { class: "chart-title" }, el("strong", {}, known ? known.name : last(metric)), el("span", { class: "metric", title: known?.note || null }, metric)),
          el("div", { class: "chart-tools" },
            this.log,
            el("button", { type: "button", class: "mini", title: "Save as a picture", "aria-label": "Save as a picture", onclick: () => this.save() }, "⤓"),
            el("button", { type: "button", class: "mini", title: "Larger or smaller", "aria-label": "Larger or smaller", onclick: () => this.element.classList.toggle("wide") }, "⤢"),
            close && el("button", { type: "button", class: "mini", title: "Remove this chart", "aria-label": "Remove this chart", onclick: close }, "×"))),
        this.body, this.notes);
      this.body.append(this.tip);
      this.body.chart = this;
      charts.add(this);
      sight.observe(this.body);
      sizes.observe(this.body);
    }

    remove() {
      charts.delete(this);
      sight.unobserve(this.body);
      sizes.unobserve(this.body);
      this.plot?.destroy();
      this.element.remove();
    }

    switchLog() {
      this.isLog = !this.isLog;
      this.zoomY = null;
      this.log.setAttribute("aria-pressed", this.isLog);
      this.update();
    }

    update() {
      this.isDue = true;
      this.drawIfDue();
    }

    drawIfDue() {
      if (!this.isDue || !this.isInSight || this.body.clientWidth === 0) return;
      this.isDue = false;
      this.draw();
    }

    resize() {
      if (!this.plot) return this.drawIfDue();
      const width = this.body.clientWidth, height = this.body.clientHeight;
      if (width > 0 && (width !== this.plot.width || height !== this.plot.height)) this.update();
    }

    // The lines to draw: for each group the runs that have this metric.
    lines() {
      const lines = [];
      const parts = this.only ? [{ group: this.only[0].group, runs: this.only }] : groups.filter(group => !state.hidden.has(group.key)).map(group => ({ group, runs: group.runs.filter(run => !state.excluded.has(run.id)) }));
      for (const { group, runs } of parts) {
        const having = runs.filter(run => run.curves.get(this.metric)?.mean.length);
        if (having.length) lines.push({ group, runs: having });
      }

      return lines;
    }

    draw() {
      const lines = this.lines(), axis = isSystem(this.metric) ? "time" : state.axis;
      const zoom = isSystem(this.metric) ? this.zoomX : state.zoom;
      const curves = lines.flatMap(line => line.runs.map(run => run.curves.get(this.metric)));
      const grid = gridOf(lines.flatMap(line => line.runs.map(run => xsOf(run, this.metric, axis))), zoom, this.body.clientWidth);
      const columns = [nulls(grid.points)], series = [{}], bands = [];
      let lowest = Infinity, highest = -Infinity, positive = Infinity;
      const see = values => {
        for (const value of values) {
          if (!Number.isFinite(value)) continue;
          if (value < lowest) lowest = value;
          if (value > highest) highest = value;
          if (value > 0 && value < positive) positive = value;
        }
      };
      const add = (values, options) => {
        columns.push(nulls(values));
        series.push({ scale: "y", spanGaps: false, points: { show: false }, ...options });
        return series.length - 1;
      };
      this.rows = [];
      for (const line of lines) {
        const color = colorOf(line.group), dash = DASHES[Math.floor(line.group.number / COLORS.light.length) % DASHES.length];
        const sampled = line.runs.map(run => {
          const curve = run.curves.get(this.metric);
          return sample(xsOf(run, this.metric, axis), curve, smooth(curve.mean, state.smoothing), grid);
        });
        if (line.runs.length === 1) {
          const curve = line.runs[0].curves.get(this.metric), one = sampled[0];
          see(one.mean);
          if (state.smoothing > 0) {
            const raw = sample(xsOf(line.runs[0], this.metric, axis), curve, curve.mean, grid);
            see(raw.mean);
            add(raw.mean, { stroke: color + "55", width: 1 });
          } else if ((curve.isThinned || grid.isEven) && state.band !== "none") {
            see(one.min);
            see(one.max);
            bands.push({ series: [add(one.max, { stroke: "transparent", width: 0 }), add(one.min, { stroke: "transparent", width: 0 })], fill: color + "26" });
          }

          this.rows.push({ line, index: add(one.mean, { stroke: color, width: 1.75, dash, points: {} }), color, all: one, isRange: curve.isThinned || grid.isEven });
          continue;
        }

        const all = average(sampled, state.band);
        see(all.mean);
        if (state.band === "runs") {
          for (const one of sampled) {
            see(one.mean);
            add(one.mean, { stroke: color + "60", width: 1 });
          }
        } else if (state.band !== "none") {
          see(state.band === "range" ? all.low : sampled.flatMap(one => Array.from(one.mean)));
          if (state.band === "range") see(all.high);
          bands.push({ series: [add(all.high, { stroke: "transparent", width: 0 }), add(all.low, { stroke: "transparent", width: 0 })], fill: color + "2b" });
        }

        this.rows.push({ line, index: add(all.mean, { stroke: color, width: 2, dash, points: {} }), color, all, isGroup: true });
      }

      this.plot?.destroy();
      this.plot = null;
      this.tip.hidden = true;
      const isEmpty = grid.points.length === 0;
      this.body.classList.toggle("empty", isEmpty);
      this.body.dataset.empty = this.only || groups.some(group => group.runs.some(run => run.curves.has(this.metric))) ? "nothing to show here" : "no run has this metric";
      this.log.disabled = !this.isLog && !(lowest > 0);
      this.note(curves);
      if (isEmpty) return;

      // All charts reach as far as the runs do, so that they can be read beneath each other.
      const ends = lines.flatMap(line => line.runs.map(run => AXES[axis].end(run)));
      const x = zoom ?? [Math.min(0, grid.points[0]), Math.max(grid.points[grid.points.length - 1], ...ends)];
      const canLog = this.isLog && positive < Infinity;
      const y = this.zoomY ?? (canLog ? uPlot.rangeLog(positive, Math.max(highest, positive), 10, false) : uPlot.rangeNum(lowest, highest, { min: { pad: 0.06, soft: 0, mode: 3 }, max: { pad: 0.06, soft: 0, mode: 3 } }));
      this.element.dataset.x = x.map(value => Number(value.toPrecision(6))).join(" ");
      this.element.dataset.y = y.map(value => Number(value.toPrecision(6))).join(" ");
      this.element.dataset.lines = this.rows.map(row => row.line.group.label).join("\n");
      this.body.setAttribute("role", "img");
      this.body.setAttribute("aria-label", `${NAMES.get(this.metric)?.name ?? this.metric} by ${AXES[axis].label}. ` + this.rows.map(row => `${row.line.group.label}: ${measured(lastFinite(row.all.mean))} at the end`).join(", "));

      const muted = css("--muted"), line = css("--grid");
      const font = "11px " + css("--font");
      this.plot = new uPlot({
        width: this.body.clientWidth,
        height: this.body.clientHeight,
        padding: [10, 14, 0, 0],
        legend: { show: false },
        pxAlign: false,
        scales: { x: { time: false, range: () => x[0] === x[1] ? [x[0] - 1, x[1] + 1] : x }, y: { range: () => y, distr: canLog ? 3 : 1 } },
        axes: [
          {
            stroke: muted, font, grid: { show: false }, ticks: { stroke: line, size: 4 }, size: 24, gap: 3, space: 64,
            label: AXES[axis].label, labelFont: font, labelSize: 16, labelGap: 0,
            incrs: axis === "time" ? timeSteps : undefined,
            values: (plot, splits) => axis === "time" ? timeLabels(splits) : axisLabels(splits),
          },
          { stroke: muted, font, grid: { stroke: line, width: 1 }, ticks: { show: false }, gap: 6, size: axisWidth, space: 34, values: (plot, splits) => axisLabels(splits) },
        ],
        series, bands,
        cursor: {
          y: false,
          points: { show: (plot, index) => this.rows.some(row => row.index === index) ? el("div", {}) : null, size: 7, width: 1.5, stroke: (plot, index) => css("--surface"), fill: (plot, index) => series[index].stroke },
          drag: { x: true, y: true, uni: 36, dist: 4, setScale: false },
          sync: { key: isSystem(this.metric) ? "system" : "runs", setSeries: false, scales: ["x", null] },
          bind: { dblclick: () => () => { this.resetZoom(); return null; } },
        },
        hooks: { setSelect: [plot => this.zoomTo(plot, y)], setCursor: [plot => this.hover(plot, axis)] },
      }, columns, this.body);
      this.plot.over.addEventListener("mouseenter", () => { this.isHovered = true; });
      this.plot.over.addEventListener("mouseleave", () => { this.isHovered = false; this.tip.hidden = true; });
    }

    // The plot with its name and its legend, as PNG.
    save() {
      if (!this.plot) return;
      const source = this.plot.ctx.canvas, ratio = source.width / this.plot.width, margin = 16, head = 52, row = 20;
      const names = this.only ? [] : this.rows, canvas = el("canvas", { width: String(source.width + 2 * margin * ratio), height: String(source.height + (head + row * names.length + margin) * ratio) });
      const context = canvas.getContext("2d"), font = css("--font");
      context.fillStyle = css("--surface");
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(source, margin * ratio, head * ratio);
      context.scale(ratio, ratio);
      context.textBaseline = "middle";
      context.fillStyle = css("--text");
      context.font = `600 15px ${font}`;
      context.fillText(NAMES.get(this.metric)?.name ?? this.metric, margin, 22);
      context.fillStyle = css("--muted");
      context.font = `12px ${font}`;
      context.fillText(this.only ? runName(this.only[0]) : data.title, margin, 41);
      names.forEach((line, i) => {
        const y = head + this.plot.height + row * (i + 0.5);
        context.fillStyle = line.color;
        context.fillRect(margin + 30, y - 1.5, 18, 3);
        context.fillStyle = css("--text");
        context.fillText(`${line.line.group.label}${line.isGroup ? ` (${plural(line.line.runs.length, "run")})` : ""}`, margin + 56, y);
      });
      el("a", { href: canvas.toDataURL("image/png"), download: `${data.title} ${this.metric}`.replace(/[^\p{L}\p{N}._-]+/gu, "-") + ".png" }).click();
    }

    note(curves) {
      const notFinite = curves.reduce((sum, curve) => sum + curve.notFinite, 0);
      const words = [];
      if (notFinite) words.push(`${plural(notFinite, "value")} NaN or infinite`);
      if (this.isLog) words.push("values of 0 and below are not drawn");
      this.notes.textContent = words.join("; ");
      this.notes.hidden = words.length === 0;
    }

    zoomTo(plot, y) {
      const { left, top, width, height } = plot.select;
      if (width <= 0 || height <= 0) return;
      const whole = plot.over.getBoundingClientRect(), x = [plot.posToVal(left, "x"), plot.posToVal(left + width, "x")];
      const isWide = width < whole.width - 1, isHigh = height < whole.height - 1;
      const range = isHigh ? [plot.posToVal(top + height, "y"), plot.posToVal(top, "y")] : null;
      plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      // Not in the midst of the library's own event.
      requestAnimationFrame(() => {
        this.zoomY = range ?? this.zoomY;
        if (isWide) this.setZoom(x);
        else this.update();
      });
    }

    setZoom(range) {
      if (isSystem(this.metric)) {
        for (const chart of charts) {
          if (!isSystem(chart.metric)) continue;
          chart.zoomX = range;
          chart.update();
        }
      } else {
        state.zoom = range;
        zoomHint();
        for (const chart of charts) if (!isSystem(chart.metric)) chart.update();
      }
    }

    resetZoom() {
      requestAnimationFrame(() => {
        for (const chart of charts) if (isSystem(chart.metric) === isSystem(this.metric)) chart.zoomY = null;
        this.setZoom(null);
      });
    }

    hover(plot, axis) {
      const at = plot.cursor.idx;
      if (!this.isHovered || at == null || plot.cursor.left < 0) {
        this.tip.hidden = true;
        return;
      }

      const rows = this.rows.filter(row => Number.isFinite(row.all.mean[at])).sort((a, b) => b.all.mean[at] - a.all.mean[at]);
      if (rows.length === 0) {
        this.tip.hidden = true;
        return;
      }

      const x = plot.data[0][at];
      this.tip.replaceChildren(
        el("div", { class: "tip-x" }, axis === "time" ? duration(x) : `${axis === "step" ? "step" : "episode"} ${number.format(x)}`),
        el("table", {}, el("tbody", {}, rows.map(row => el("tr", {},
          el("td", {}, el("i", { class: "swatch", color: row.color }), this.only ? runName(row.line.runs[0]) : row.line.group.label),
          el("td", { class: "num" }, measured(row.all.mean[at])),
          el("td", { class: "tip-band" }, this.bandText(row, at)))))));
      this.tip.hidden = false;
      const width = this.tip.offsetWidth, area = plot.over, left = area.offsetLeft + plot.cursor.left;
      const isRight = left + 14 + width > this.body.clientWidth + 40;
      this.tip.style.left = `${Math.max(0, isRight ? left - 14 - width : left + 14)}px`;
      this.tip.style.top = `${Math.max(0, Math.min(plot.cursor.top - 10, this.body.clientHeight - this.tip.offsetHeight))}px`;
    }

    bandText(row, at) {
      if (!row.isGroup) return row.isRange && state.smoothing === 0 && row.all.min[at] < row.all.max[at] ? `${measured(row.all.min[at])} to ${measured(row.all.max[at])}` : "";
      const missing = row.all.runs[at] < row.line.runs.length ? ` (${row.all.runs[at]} of ${row.line.runs.length})` : "";
      return Number.isFinite(row.all.low[at]) ? `${measured(row.all.low[at])} to ${measured(row.all.high[at])}${missing}` : missing.trim();
    }
  }

  function lastFinite(values) {
    for (let i = values.length - 1; i >= 0; i--) if (Number.isFinite(values[i])) return values[i];
    return NaN;
  }

  // All in the unit of the largest.
  function axisLabels(splits) {
    const most = Math.max(...splits.map(value => Math.abs(value ?? 0))), [unit, sign] = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]].find(([limit]) => most >= limit && most >= 1e4) ?? [1, ""];
    return splits.map(value => value == null ? null : value === 0 ? "0" : compact(value / unit) + sign);
  }

  // As wide as the longest label.
  function axisWidth(plot, labels) {
    const longest = (labels ?? []).reduce((width, label) => Math.max(width, (label ?? "").length), 0);
    return Math.max(30, 14 + 6.4 * longest);
  }

  const timeSteps = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 432000, 864000, 8640000];

  function timeLabels(splits) {
    const most = Math.max(...splits.filter(value => value != null)), [unit, sign] = most < 180 ? [1, "s"] : most < 10800 ? [60, "min"] : [3600, "h"];
    return splits.map(value => value == null ? null : `${round(value / unit, 4)} ${sign}`);
  }

  function updateCharts() {
    for (const chart of charts) chart.update();
    drawOthersLater();
  }

  let isWaiting = false;

  // Charts out of sight, one at a time while nothing else is to do, and soon in any case: they are there when the page is scrolled or printed.
  function drawOthersLater() {
    if (isWaiting) return;
    isWaiting = true;
    (window.requestIdleCallback ?? (draw => setTimeout(draw)))(() => {
      isWaiting = false;
      const due = [...charts].find(chart => chart.isDue && chart.body.clientWidth > 0);
      if (!due) return;
      due.isDue = false;
      due.draw();
      drawOthersLater();
    }, { timeout: 200 });
  }

  let pending = false;

  // At most once a frame, however fast a slider moves.
  function updateChartsSoon() {
    if (pending) return;
    pending = true;
    requestAnimationFrame(() => {
      pending = false;
      updateCharts();
    });
  }

  // ---- The parts of the page ----

  const metrics = [...new Set(data.runs.flatMap(run => [...run.curves.keys()]))].filter(metric => !isSystem(metric)).sort();
  const page = el("main", {}), overview = el("div", { id: "overview" }), runView = el("div", { id: "run", hidden: true });
  const legend = el("div", { class: "legend", role: "group", "aria-label": "Groups of runs" });
  const results = el("section", { id: "results" }), grid = el("div", { class: "charts" }), runsTable = el("section", { id: "runs" });
  const zoomReset = el("button", { type: "button", class: "zoom-reset", hidden: true, onclick: () => { for (const chart of charts) chart.zoomY = null; state.zoom = null; zoomHint(); updateCharts(); } }, "Reset zoom");

  function zoomHint() {
    zoomReset.hidden = state.zoom == null;
  }

  function badge(run) {
    return el("span", { class: `badge ${run.state}` }, run.state);
  }

  function header() {
    const environments = [...new Set(data.runs.map(run => run.environment))], counts = Object.entries(Object.groupBy(data.runs, run => run.state)).map(([name, runs]) => `${runs.length} ${name}`);
    const theme = el("button", { type: "button", class: "theme", title: "Light or dark", "aria-label": "Light or dark", onclick: () => {
      document.documentElement.dataset.theme = isDark() ? "light" : "dark";
      redrawAll();
    } }, "◐");
    return el("header", {},
      el("div", {},
        el("h1", {}, el("a", { href: "#" }, data.title)),
        el("p", { class: "sub" }, [environments.length <= 3 ? environments.join(", ") : plural(environments.length, "environment"), plural(data.runs.length, "run") + (counts.length > 1 || !counts[0].endsWith("finished") ? ` (${counts.join(", ")})` : ""), "RlKit " + data.version, time(data.generated)].join(" · "))),
      theme);
  }

  // -- Legend and controls --

  let beforeClick = null;

  // A click hides or shows; the second of a double click leaves this one alone, or shows all again. The browser counts the clicks: a page that draws slowly would count late.
  function clickLegend(group, isSecond) {
    if (isSecond && beforeClick) {
      const others = groups.filter(other => other !== group), wasAlone = !beforeClick.has(group.key) && others.every(other => beforeClick.has(other.key));
      state.hidden = new Set(wasAlone ? [] : others.map(other => other.key));
      beforeClick = null;
    } else {
      beforeClick = new Set(state.hidden);
      if (!state.hidden.delete(group.key)) state.hidden.add(group.key);
    }

    markLegend();
    updateCharts();
  }

  function drawLegend() {
    legend.replaceChildren(...groups.map(group => {
      const selected = group.runs.filter(run => !state.excluded.has(run.id)).length;
      return el("button", {
        type: "button", class: "chip" + (selected === 0 ? " none" : ""),
        title: `${group.label}\nClick: hide or show. Double click: this one alone, or all.`, onclick: event => clickLegend(group, event.detail > 0 && event.detail % 2 === 0),
      }, el("i", { class: "line" + (group.number >= COLORS.light.length ? " dashed" : ""), color: colorOf(group) }), el("span", {}, group.label), group.runs.length > 1 && el("small", {}, `×${selected}`));
    }));
    markLegend();
  }

  // The chips stay where they are: a second click on a new one would be no double click.
  function markLegend() {
    groups.forEach((group, i) => {
      const chip = legend.children[i], hidden = state.hidden.has(group.key);
      chip.classList.toggle("off", hidden || chip.classList.contains("none"));
      chip.setAttribute("aria-pressed", String(!hidden));
    });
  }

  function select(label, value, options, change) {
    return el("label", {}, el("span", {}, label), el("select", { onchange: event => change(event.target.value) }, options.map(([key, name]) => el("option", { value: key, selected: key === value }, name))));
  }

  function controls() {
    const axisButtons = [["step", "Step"], ["episode", "Episode"], ["time", "Time"]].map(([axis, name]) => el("button", {
      type: "button", "aria-pressed": String(axis === state.axis), "data-axis": axis,
      onclick: event => {
        state.axis = axis;
        state.zoom = null;
        zoomHint();
        for (const chart of charts) chart.zoomY = null;
        for (const button of event.target.parentElement.children) button.setAttribute("aria-pressed", String(button === event.target));
        updateCharts();
      },
    }, name));
    const output = el("output", {}, state.smoothing.toFixed(2));
    const several = groups.some(group => group.runs.length > 1) || state.groupBy !== "settings";
    return el("div", { class: "controls" },
      el("div", { class: "control" }, el("span", {}, "X axis"), el("div", { class: "segments", role: "group", "aria-label": "X axis" }, axisButtons)),
      el("label", { class: "control" }, el("span", {}, "Smoothing"), el("input", {
        type: "range", min: "0", max: "0.99", step: "0.01", value: String(state.smoothing), "aria-label": "Smoothing",
        oninput: event => {
          state.smoothing = Number(event.target.value);
          output.textContent = state.smoothing.toFixed(2);
          updateChartsSoon();
        },
      }), output),
      several && select("Band", state.band, [["interval", "95 % CI of the mean"], ["range", "lowest to highest"], ["runs", "every run"], ["none", "none"]], value => { state.band = value; bandNote(); updateCharts(); }),
      data.runs.length > 1 && select("Lines", state.groupBy, [["settings", "mean over seeds"], ["algorithm", "by algorithm"], ...telling.filter(name => name !== "algorithm").map(name => [name, `by ${last(name)}`]), ["run", "every run"]], value => {
        state.groupBy = value;
        state.hidden.clear();
        redrawAll();
      }));
  }

  const bandText = el("p", { class: "hint" });

  function bandNote() {
    const several = groups.some(group => group.runs.length > 1), isTouch = matchMedia("(hover: none)").matches;
    bandText.textContent = [
      several && "Lines are means over seeds" + (state.band === "interval" ? "; bands are 95 % confidence intervals of the mean (Student's t, of three seeds or more)." : state.band === "range" ? "; bands reach from the lowest to the highest seed." : "."),
      isTouch ? "Tap a chart for its values." : "Drag to zoom, double-click to reset.",
    ].filter(Boolean).join(" ");
  }

  // What is drawn is not every value.
  function thinNote() {
    const isThinned = data.runs.some(run => [...run.curves.values()].some(curve => curve.isThinned));
    return isThinned && el("p", { class: "hint" }, `Curves of more than ${number.format(data.mostPoints)} values are kept as the mean, the lowest and the highest of every few consecutive ones; the whole is in the runs' folders.`);
  }

  // -- Results --

  const RESULTS = [
    { name: "Evaluation reward", value: run => run.evaluation },
    { name: "Running reward", value: run => run.reward },
    { name: "Maximum", value: run => run.best, plain: true },
    { name: "Steps", value: run => run.steps, plain: true, text: short },
    { name: "Time", value: run => run.duration, plain: true, text: duration },
    { name: "Steps/s", value: run => run.speed, plain: true, text: short },
  ];

  function drawResults() {
    if (data.runs.length < 2) return results.replaceChildren();
    const columns = RESULTS.filter(column => data.runs.some(run => Number.isFinite(column.value(run))));
    const rows = groups.map(group => ({ group, cells: columns.map(column => statistics(group.runs.filter(run => !state.excluded.has(run.id)).map(column.value))) }));
    // The best first.
    const first = columns.findIndex(column => !column.plain);
    if (first >= 0) rows.sort((a, b) => (b.cells[first]?.mean ?? -Infinity) - (a.cells[first]?.mean ?? -Infinity));
    const limits = columns.map((column, i) => {
      const all = rows.map(row => row.cells[i]).filter(Boolean);
      return [Math.min(...all.map(cell => cell.mean - (cell.reach || 0)), ...all.map(cell => cell.min)), Math.max(...all.map(cell => cell.mean + (cell.reach || 0)), ...all.map(cell => cell.max))];
    });
    results.replaceChildren(
      el("h2", {}, "Results"),
      el("div", { class: "scroll" }, el("table", { class: "results" },
        el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Group"), el("th", { scope: "col", class: "num" }, "Runs"), columns.map(column => el("th", { scope: "col", class: column.plain ? "num" : "" }, column.name)))),
        el("tbody", {}, rows.map(({ group, cells }) => el("tr", {},
          el("th", { scope: "row" }, el("i", { class: "swatch", color: colorOf(group) }), group.label),
          el("td", { class: "num" }, String(group.runs.filter(run => !state.excluded.has(run.id)).length)),
          cells.map((cell, i) => columns[i].plain ? el("td", { class: "num" }, cell ? (columns[i].text ?? measured)(cell.mean) : "–") : el("td", {}, cell ? whisker(cell, limits[i], colorOf(group)) : "–"))))))),
      el("p", { class: "hint" }, "Means over the runs of a group, with the 95 % confidence interval of the mean (Student's t, of three runs or more); dots are runs."));
  }

  // A mean with its interval on a common scale, and the number.
  function whisker(cell, [low, high], color) {
    const place = value => high > low ? 100 * (value - low) / (high - low) : 50;
    const track = el("div", { class: "whisker", color, "aria-hidden": "true" });
    if (cell.reach >= 0) {
      const reach = el("i", { class: "reach" });
      reach.style.left = `${place(cell.mean - cell.reach)}%`;
      reach.style.width = `${place(cell.mean + cell.reach) - place(cell.mean - cell.reach)}%`;
      track.append(reach);
    }

    if (cell.n > 1) for (const value of cell.given) {
      const dot = el("i", { class: "dot" });
      dot.style.left = `${place(value)}%`;
      track.append(dot);
    }

    const mean = el("i", { class: "mean" });
    mean.style.left = `${place(cell.mean)}%`;
    track.append(mean);
    return el("div", { class: "estimate" }, track, el("span", {}, el("b", {}, measured(cell.mean)), cell.reach >= 0 && el("small", {}, ` ± ${measured(cell.reach, cell.mean)}`)));
  }

  // -- Charts of the overview --

  function chooser() {
    const box = el("details", { class: "chooser" }, el("summary", {}, "Choose charts"));
    const parts = Object.entries(Object.groupBy(metrics, metric => metric.includes("/") ? metric.slice(0, metric.indexOf("/")) : "other"));
    box.append(el("div", { class: "chooser-body" }, parts.map(([part, names]) => el("fieldset", {}, el("legend", {}, part), names.map(metric => el("label", {},
      el("input", { type: "checkbox", value: metric, checked: state.charts.some(chart => chart.metric === metric), onchange: event => event.target.checked ? addChart(metric, true) : removeChart(metric) }),
      last(metric)))))));
    return box;
  }

  let chooserBox;

  function addChart(metric, isChosen) {
    const chart = new Chart(metric, { close: () => removeChart(metric) });
    state.charts.push(chart);
    grid.append(chart.element);
    if (isChosen) chart.element.scrollIntoView({ block: "nearest", behavior: "smooth" });
  }

  function removeChart(metric) {
    const at = state.charts.findIndex(chart => chart.metric === metric);
    if (at < 0) return;
    state.charts.splice(at, 1)[0].remove();
    for (const box of chooserBox.querySelectorAll("input")) if (box.value === metric) box.checked = false;
  }

  // -- Table of runs --

  function columns() {
    const names = state.allColumns ? [...telling, ...decided] : telling;
    return [
      { key: "run", name: "Run", value: run => [run.group.label, run.algorithm, run.environment, String(run.seed).padStart(20, "0")].join(" ") },
      ...names.map(name => ({ key: "setting " + name, name: last(name), title: name, value: run => run.settings[name], text: run => text(run.settings[name]) })),
      { key: "seed", name: "seed", value: run => run.seed, text: run => text(run.seed) },
      { key: "state", name: "State", value: run => run.state, node: badge },
      { key: "evaluation", name: "Evaluation", title: "mean reward of the last evaluation, and the deviation between its episodes", value: run => run.evaluation, text: run => measured(run.evaluation), small: run => run.spread == null ? "" : `± ${measured(run.spread, run.evaluation)}` },
      { key: "reward", name: "Running reward", title: "mean of the last 100 episodes", value: run => run.reward, text: run => measured(run.reward) },
      { key: "best", name: "Maximum", value: run => run.best, text: run => measured(run.best) },
      { key: "steps", name: "Steps", value: run => run.steps, text: run => number.format(run.steps) },
      { key: "episodes", name: "Episodes", value: run => run.episodes, text: run => number.format(run.episodes) },
      { key: "time", name: "Time", value: run => run.duration, text: run => duration(run.duration) },
      { key: "speed", name: "Steps/s", value: run => run.speed, text: run => short(run.speed) },
      { key: "started", name: "Started", value: run => run.started, text: run => time(run.started) },
    ];
  }

  function compare(a, b) {
    if (a == null || b == null) return a == null && b == null ? 0 : a == null ? 1 : -1;
    return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true });
  }

  function drawRuns() {
    const all = columns(), sorted = all.find(column => column.key === state.sort.column) ?? all[0], sign = state.sort.down ? -1 : 1;
    const runs = [...data.runs].sort((a, b) => {
      const x = sorted.value(a), y = sorted.value(b);
      return x == null || y == null ? compare(x, y) : sign * compare(x, y);
    });
    const isNumber = column => column.key !== "run" && data.runs.every(run => column.value(run) == null || typeof column.value(run) === "number");
    const numeric = new Map(all.map(column => [column, isNumber(column)]));
    const head = all.map(column => el("th", { scope: "col", class: numeric.get(column) ? "num" : "", "aria-sort": column === sorted ? (state.sort.down ? "descending" : "ascending") : "none" },
      el("button", { type: "button", title: column.title ?? null, onclick: () => {
        state.sort = { column: column.key, down: column === sorted ? !state.sort.down : ["evaluation", "reward", "best", "speed", "started"].includes(column.key) };
        drawRuns();
      } }, column.name)));
    const toggle = el("input", { type: "checkbox", "aria-label": "All runs", onchange: event => {
      state.excluded = new Set(event.target.checked ? [] : data.runs.map(run => run.id));
      selectionChanged();
    } });
    toggle.checked = state.excluded.size === 0;
    toggle.indeterminate = state.excluded.size > 0 && state.excluded.size < data.runs.length;
    runsTable.replaceChildren(
      el("div", { class: "section-head" }, el("h2", {}, "Runs"), decided.length > 0 && el("label", { class: "toggle" }, el("input", { type: "checkbox", checked: state.allColumns, onchange: event => { state.allColumns = event.target.checked; drawRuns(); } }), `also the ${plural(decided.length, "setting")} that the algorithm decides`)),
      el("div", { class: "scroll" }, el("table", { class: "runs" },
        el("thead", {}, el("tr", {}, el("th", { class: "check" }, toggle), head)),
        el("tbody", {}, runs.map(run => el("tr", { class: state.excluded.has(run.id) ? "off" : "", "data-run": run.id },
          el("td", { class: "check" }, el("input", { type: "checkbox", checked: !state.excluded.has(run.id), "aria-label": `Include ${runName(run)}`, onchange: event => {
            if (event.target.checked) state.excluded.delete(run.id);
            else state.excluded.add(run.id);
            selectionChanged();
          } })),
          all.map(column => column.key === "run"
            ? el("th", { scope: "row" }, el("i", { class: "swatch", color: colorOf(run.group) }), el("a", { href: `#run=${run.id}`, title: runName(run) }, run.id))
            : el("td", { class: numeric.get(column) ? "num" : "", title: column.key.startsWith("setting ") ? column.text(run) : null }, column.node ? column.node(run) : column.text(run), column.small && el("small", {}, " " + column.small(run))))))))));
  }

  function selectionChanged() {
    drawLegend();
    drawResults();
    drawRuns();
    updateCharts();
  }

  // -- One run --

  function tile(name, value, note) {
    return el("div", { class: "tile" }, el("span", {}, name), el("b", {}, value), note && el("small", {}, note));
  }

  function media(file) {
    const source = document.getElementById(`media-${file.media}`);
    const address = `data:${file.type};base64,${source.textContent}`;
    if (file.type.startsWith("video/")) {
      const video = el("video", { controls: true, loop: true, autoplay: true, playsinline: true });
      // One with sound may not start by itself; the attribute is read by the parser alone.
      video.muted = true;
      video.src = address;
      return video;
    }

    return el("img", { src: address, alt: `${file.name}${file.step == null ? "" : ` at step ${number.format(file.step)}`}` });
  }

  function player(name, files) {
    const held = files.filter(file => file.media != null), left = files.length - held.length;
    const stage = el("div", { class: "stage" }), caption = el("figcaption", {});
    const show = i => {
      const file = held[i];
      stage.replaceChildren(media(file));
      caption.replaceChildren(el("b", {}, file.step == null ? file.name : `step ${number.format(file.step)}`), el("small", {}, `${file.path} · ${bytes(file.bytes)}`));
    };
    const slider = held.length > 1 && el("input", { type: "range", min: "0", max: String(held.length - 1), value: String(held.length - 1), "aria-label": `${name}: which one`, oninput: event => show(Number(event.target.value)) });
    if (held.length) show(held.length - 1);
    return el("figure", { class: "player" },
      el("h3", {}, name, el("small", {}, plural(files.length, "file"))), stage, slider, caption,
      left > 0 && el("p", { class: "hint" }, `${left} of ${files.length} left out: a report holds ${bytes(data.maxMediaBytes)} of videos and pictures. They are in ${files[0].path.split("/")[0]}/ of the run's folder.`));
  }

  const PHASES = ["environment", "acting", "replay", "update", "evaluation", "other"];

  function phases(run) {
    const prefix = "phase_seconds/", known = Object.entries(run.summary).filter(([name, value]) => name.startsWith(prefix) && value > 0).map(([name, value]) => [name.slice(prefix.length), value]);
    known.sort((a, b) => PHASES.indexOf(a[0]) - PHASES.indexOf(b[0]));
    const total = known.reduce((sum, [, value]) => sum + value, 0), colors = COLORS[isDark() ? "dark" : "light"];
    if (total === 0) return null;
    const color = name => name === "other" ? css("--muted") : colors[Math.max(0, PHASES.indexOf(name)) % colors.length];
    const bar = el("div", { class: "bar", "aria-hidden": "true" }, known.map(([name, value]) => {
      const part = el("i", { color: color(name), title: name });
      part.style.width = `${100 * value / total}%`;
      return part;
    }));
    return el("section", {}, el("h2", {}, run.sessions.length === 1 ? "Where the time went" : "Where the time of the last process went"), bar, el("ul", { class: "phase-names" }, known.map(([name, value]) => el("li", {}, el("i", { class: "swatch", color: color(name) }), name, el("b", {}, `${(100 * value / total).toFixed(value / total < 0.1 ? 1 : 0)} %`), el("small", {}, duration(value))))));
  }

  function settings(run) {
    const parts = Object.entries(Object.groupBy(Object.entries(run.config), ([name]) => name.includes("/") ? name.slice(0, name.indexOf("/")) : "run"));
    return el("section", {}, el("h2", {}, "Settings"), parts.length === 0 ? el("p", { class: "hint" }, "The run has none.") : el("div", { class: "settings" }, parts.map(([part, values]) => el("div", {}, el("h3", {}, part),
      el("dl", {}, values.map(([name, value]) => [el("dt", {}, name.includes("/") ? name.slice(name.indexOf("/") + 1) : name), el("dd", { class: differing.includes(name) ? "differs" : "", title: differing.includes(name) ? "differs between the runs of this report" : null }, text(value))]))))));
  }

  function quote(argument) {
    return /^[\w@%+=:,./\\-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
  }

  function sessions(run) {
    return el("section", {}, el("h2", {}, run.sessions.length === 1 ? "Process" : "Processes"), run.sessions.map(session => el("div", { class: "session" },
      el("p", {}, el("span", { class: `badge ${session.state}` }, session.state), ` ${time(session.started)}${session.ended == null ? "" : ` to ${time(session.ended)}`}`),
      session.error && el("p", { class: "error" }, session.error),
      el("pre", { class: "command", title: "A click selects all." }, session.commandLine.map(quote).join(" ")),
      el("dl", { class: "facts" }, [
        ["git", session.commit && [el("code", {}, session.commit), session.isDirty === true ? " with changes" : session.isDirty === false ? " without changes" : ""]],
        ["machine", `${session.host}${session.processors ? `, ${plural(session.processors, "processor")}` : ""}, ${session.os}`],
        ["software", `RlKit ${session.rlkit}, ${session.dotnet}, process ${session.processId}`],
        ["folder", session.folder],
        ["variables", Object.entries(session.variables).map(([name, value]) => `${name}=${value}`).join(" ")],
      ].filter(([, value]) => value).map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])),
      session.changes && el("details", {}, el("summary", {}, `Changes against the commit (${bytes(session.changes.bytes)})`), diff(session.changes)))));
  }

  function diff(changes) {
    const kind = line => /^(\+\+\+|---|diff |index )/.test(line) ? "head" : line.startsWith("@@") ? "place" : line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : null;
    return [changes.bytes > changes.held && el("p", { class: "hint" }, `The first ${bytes(changes.held)}; the whole is in source/ of the run's folder.`),
      el("pre", { class: "diff" }, changes.text.split("\n").map(line => el("span", { class: kind(line) }, line + "\n")))];
  }

  function drawRun(run) {
    for (const chart of [...charts]) if (chart.only) chart.remove();
    const own = [...run.curves.keys()], preferred = CHARTS.map(([metric]) => metric);
    const ordered = [...preferred.filter(metric => own.includes(metric)), ...own.filter(metric => !preferred.includes(metric) && !isSystem(metric)).sort()];
    const system = own.filter(isSystem).sort(), shownFirst = SYSTEM_CHARTS.map(([metric]) => metric).filter(metric => system.includes(metric)), others = system.filter(metric => !NAMES.has(metric));
    const chartsOf = names => el("div", { class: "charts" }, names.map(metric => new Chart(metric, { runs: [run] }).element));
    const files = Object.entries(Object.groupBy(run.files, file => file.step == null ? "other files" : file.name));
    const first = ordered.filter(metric => NAMES.has(metric)), rest = ordered.filter(metric => !NAMES.has(metric));
    runView.replaceChildren(
      data.runs.length > 1 ? el("a", { class: "back", href: "#" }, "← all runs") : "",
      el("div", { class: "run-head" }, el("i", { class: "swatch", color: colorOf(run.group) }), el("h2", {}, runName(run)), badge(run), el("small", {}, run.id)),
      el("p", { class: "sub" }, [run.environment, run.experiment, run.project, run.folder].filter((word, i, words) => word && words.indexOf(word) === i && word !== run.algorithm).join(" · ")),
      run.error ? el("p", { class: "error" }, run.error) : "",
      ...run.faults.map(fault => el("p", { class: "error" }, fault)),
      el("div", { class: "tiles" },
        tile("Evaluation", measured(run.evaluation), run.spread == null ? "" : `± ${measured(run.spread, run.evaluation)} between episodes`),
        tile("Running reward", measured(run.reward), "last 100 episodes"),
        tile("Maximum", measured(run.best), "best episode"),
        tile("Steps", number.format(run.steps), plural(run.episodes, "episode")),
        tile("Time", duration(run.duration), run.state === "running" ? "so far" : ""),
        tile("Steps per second", short(run.speed), "")),
      files.length ? el("section", {}, el("h2", {}, "Videos and pictures"), el("div", { class: "players" }, files.map(([name, list]) => player(name, list)))) : "",
      el("section", {}, el("div", { class: "section-head" }, el("h2", {}, "Curves"), el("div", { class: "head-tools" })), chartsOf(first), rest.length ? el("details", {}, el("summary", {}, plural(rest.length, "more metric")), chartsOf(rest)) : "", data.runs.length === 1 ? thinNote() || "" : ""),
      phases(run) ?? "",
      system.length ? el("section", {}, el("h2", {}, "System"), chartsOf(shownFirst), others.length ? el("details", {}, el("summary", {}, plural(others.length, "more metric")), chartsOf(others)) : "") : "",
      settings(run),
      sessions(run),
      run.texts.length ? el("section", {}, el("h2", {}, "Texts"), run.texts.map(item => el("details", {}, el("summary", {}, `${item.name} at step ${number.format(item.step)}`), el("pre", {}, item.text)))) : "",
      run.console ? consoleText(run.console) : "");
  }

  // What terminals take for colours and moves of the cursor.
  const CONTROLS = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007]*\u0007|[\u0000-\u0008\u000b-\u001f\u007f]/g;

  function consoleText(log) {
    const lines = log.text.split("\n").map(line => line.slice(line.replace(/\r$/, "").lastIndexOf("\r") + 1).replace(CONTROLS, ""));
    return el("section", {}, el("h2", {}, "Console"), log.bytes > log.held && el("p", { class: "hint" }, `The last ${bytes(log.held)} of ${bytes(log.bytes)}; the whole is in console.log of the run's folder.`), el("pre", { class: "console", tabindex: "0" }, lines.join("\n")));
  }

  // ---- Going about ----

  function route() {
    const id = new URLSearchParams(location.hash.slice(1)).get("run"), run = data.runs.length === 1 ? data.runs[0] : data.runs.find(one => one.id === id);
    overview.hidden = !!run;
    runView.hidden = !run;
    toolbar.classList.toggle("of-run", !!run);
    if (run) drawRun(run);
    (run ? runView : overview).querySelector(".head-tools").prepend(zoomReset);
    if (!run) for (const chart of [...charts]) if (chart.only) chart.remove();
    state.zoom = null;
    zoomHint();
    updateCharts();
  }

  let toolbar = el("div", { class: "toolbar" });

  function redrawAll() {
    groupRuns();
    drawLegend();
    toolbar.replaceChildren(legend, controls());
    bandNote();
    drawResults();
    drawRuns();
    route();
  }

  const opening = CHARTS.map(([metric]) => metric).filter(metric => metrics.includes(metric));
  groupRuns();
  if (data.runs.length > 1) for (const metric of opening) addChart(metric, false);
  chooserBox = chooser();
  const left = data.mediaLeftOut > 0 && el("p", { class: "hint" }, `${plural(data.mediaLeftOut, "video or picture file")} left out: a report holds ${bytes(data.maxMediaBytes)} of them. They are in the runs' folders.`);
  overview.append(results, el("section", { id: "curves" }, el("div", { class: "section-head" }, el("h2", {}, "Learning curves"), el("div", { class: "head-tools" }, chooserBox)), bandText, grid, thinNote() || ""), runsTable, left || "");
  page.append(header(), toolbar, overview, runView);
  document.body.append(page);
  redrawAll();
  addEventListener("hashchange", () => {
    route();
    scrollTo(0, 0);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
})();
