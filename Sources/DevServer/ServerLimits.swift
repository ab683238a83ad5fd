import NIOCore

/// Every bound of the HTTP and session layer; the wire protocol's own are in `ProtocolLimits`.
package enum ServerLimits {
    /// Requests of one session that may wait for disk or upstream before its socket is no longer read.
    package static let pendingRequestsPerSession = 1_024
    /// Modules that one graph may wait for at once, from disk or upstream.
    static let graphLoads = 256
    /// Modules that a graph takes from memory before the event loop does other work.
    static let graphModulesPerTurn = 512
    /// A graph's modules wait this long for a pack to fill while others are slow in coming.
    static let packWait = TimeAmount.milliseconds(10)
    /// After a new graph has been gathered, the allocator gives back what it holds free after this time.
    static let memoryTrimDelay = TimeAmount.milliseconds(500)
    /// Whole graphs kept for the next client.
    static let keptGraphs = 16
    /// Modules of a report that one thread looks up before it does other work.
    static let hotReads = 256
    /// A save of more files than this is one line in the log.
    static let loggedSaves = 20
    /// What the upstream compiles is asked for this long after a save, again and again while it is the old text.
    static let compiledReadDelays: [TimeAmount] = [
        .zero, .milliseconds(50), .milliseconds(150), .milliseconds(400),
    ]
    /// So many changes without a pause are the beginning of a burst, such as a branch switch, which makes one update.
    static let burstChanges = 8
    /// A burst is over when nothing has changed for this time.
    static let burstQuiet = TimeAmount.milliseconds(60)
    /// What changes in a burst waits at most this long.
    static let burstLongest = TimeAmount.seconds(1)
    /// git's lock is taken for one that a crash has left behind after this time; until then, what changes waits.
    static let repositoryLockSeconds = 10
    /// How often a lock of git that is held is looked at.
    static let repositoryLockInterval = TimeAmount.milliseconds(20)
    /// A report waits this long for the upstream: until it is answered, its page gets no updates.
    static let reportPatience = TimeAmount.seconds(2)
    /// What the upstream did not tell because it was away is asked for again after these times.
    static let upstreamRetryDelays: [TimeAmount] = [
        .seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(15), .seconds(30),
    ]
    /// What the upstream has compiled waits this long for the rest of the same save.
    static let compiledGathering = TimeAmount.milliseconds(10)
    /// Events kept for a client that does not read; beyond it they give way to one `resync`.
    package static let queuedEventsPerSession = 256
    /// Events kept for sessions that come back, when nothing else is said.
    package static let historyEvents = 1_000
    /// More events than this cannot be asked to be kept.
    package static let maximumHistoryEvents = 100_000
    /// Bytes of events kept for sessions that come back, whatever their number.
    package static let historyBytes = 16 << 20
    /// What an event that is kept counts for besides its bytes.
    static let historyEntryOverhead = 128
    /// Sessions whose subscriptions are remembered for when they come back.
    static let rememberedSubscriptions = 1_024
    /// Clients that are known again by their token.
    static let rememberedClients = 1_024
    /// The number of sessions is told at most once in this time.
    static let connectionStatusInterval = TimeAmount.milliseconds(100)
    /// Changes of one batch beyond which they are told as one `resync`.
    package static let announcedChanges = 512
    /// Events that a session may publish at once.
    static let eventBurst = 200
    /// Events that a session may publish per second in the long run.
    static let eventsPerSecond = 100
    /// Events in one answer of the HTTP API.
    static let eventsPerAnswer = 1_000
    /// Bytes of a body that the HTTP API takes.
    static let apiBodyBytes = 16 << 10
    /// Characters of what a client says of itself.
    static let describedCharacters = 256
    /// An editor's command that still runs after this time has been started well.
    static let editorStart = TimeAmount.seconds(2)
    /// How often an editor's command that is being started is looked after.
    static let editorStartInterval = TimeAmount.milliseconds(20)
    /// How often an editor's command that runs on is looked after.
    static let editorEndInterval = TimeAmount.milliseconds(500)
    /// Editors' commands that run on; another is not started.
    package static let runningEditors = 8
    /// Files and connections that may be opened while a program is being started.
    static let descriptorsOpenedMeanwhile = 256
    /// Bytes that may wait in a connection's send queue before its socket is no longer read.
    package static let writeBufferHighWaterMark = 1 << 20
    /// Bytes at which a connection's socket is read again.
    package static let writeBufferLowWaterMark = 256 << 10
    /// A kept-alive HTTP connection without a request is closed after this time.
    package static let idleConnection = TimeAmount.seconds(75)
    /// A client has this long to complete a TLS handshake, a request's head or its body.
    package static let requestReading = TimeAmount.seconds(20)
    /// Bytes of a file read at once while it is streamed.
    package static let streamedChunkBytes = 256 << 10
    /// Bytes of an upstream's answer that the HTTP fallback hands on.
    package static let upstreamBodyBytes = 64 << 20
    /// At shutdown, connections that are still open after this time are cut.
    package static let shutdown = TimeAmount.seconds(3)
    /// A changed file that looks half-written is read again after this time.
    package static let unstableReadDelay = TimeAmount.milliseconds(20)
    /// A changed file that looks half-written is read at most so often.
    package static let unstableReadAttempts = 5
    /// Threads that read files, hash and compress.
    package static let fileThreads = 4
    /// Event loops that carry connections.
    package static let eventLoops = 2
    /// Connections waiting to be accepted.
    package static let acceptBacklog = 256
}
