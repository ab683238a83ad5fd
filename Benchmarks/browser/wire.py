"""What a warm load transfers: nothing changed, and one module changed. Not timed."""

from Harness.client import connect, digest, is_linked, unpack, unpack_linked

MODULES = (".js", ".mjs")


def count_wire(bench, workload, variants, cached):
    """Per variant the bytes and requests of two warm visits; null where the browser's driver records no network."""
    counts = {}
    for variant in variants:
        context = bench.browser.context()
        try:
            if not hasattr(context, "watch"):
                return None
            bench.visit(context, workload, variant, keep=True)
            unchanged = _watch(bench, context, workload, variant)
            size = _change(bench, workload)
            changed = _watch(bench, context, workload, variant)
            counts[variant] = {"unchanged": unchanged, "oneChanged": {**changed, "changedModuleBytes": size}}
        finally:
            context.close()
    return counts


def _watch(bench, context, workload, variant):
    report = bench.reports.expect()
    wire = context.watch(bench.url(workload, variant, report), lambda: bench.reports.arrived(report))
    workload.check(variant, bench.reports.take(report, f"{workload.name}, {variant}, watched")["detail"])
    packed = [len(content) for frame in wire.frames if isinstance(frame, bytes) for content in unpack(frame)[1]]
    packed += [len(content) for frame in wire.frames if is_linked(frame) for _, content in unpack_linked(frame)]
    over_http = [size for path, size in wire.http if path.startswith(f"/{workload.name}/") and path.endswith(MODULES)]
    return {
        "moduleRequests": len(over_http),
        "moduleBytes": sum(packed) + sum(over_http),
        "webSocketBytes": sum(len(frame) if isinstance(frame, bytes) else len(frame.encode()) for frame in wire.frames),
        "webSocketMessages": len(wire.frames),
    }


def _change(bench, workload):
    """Adds a line to a module and waits until Pitlane has seen it. Returns the module's new size."""
    file = sorted(file for file in workload.files if file.name != "main.mjs")[len(workload.files) // 2]
    path = f"{workload.name}/{file.relative_to(bench.root / workload.name).as_posix()}"
    client = connect(bench.servers.pitlane)
    try:
        client.until_type("hello")
        text = file.read_text("utf-8", "surrogateescape") + "// changed\n"
        file.write_text(text, "utf-8", "surrogateescape")
        data = text.encode("utf-8", "surrogateescape")
        while client.update(path)["hash"] != digest(data):
            pass
    finally:
        client.close()
    return len(data)
