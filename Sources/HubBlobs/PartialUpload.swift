// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

import Crypto
import HubCore
import NIOCore
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What all users of one upload in parts share: which parts are there, and how far they are hashed.
///
/// Everything but ``retain()``, ``release()`` and ``isUsed`` runs on the ``DiskPool``: locks are held over system calls.
/// Lock order: a part's ``PartSlot``, then ``hashing``, then ``state``.
final class PartialUpload: Sendable {
    enum Phase { case open, finishing, published, dropped }

    struct State {
        var phase = Phase.open
        /// Whether `done` has been read from disk.
        var isLoaded = false
        var done: Set<Int> = []
        /// How many parts from the first on are done without a gap.
        var contiguous = 0
        var slots: [Int: PartSlot] = [:]
        /// The hash of the first `hashed` bytes.
        var hasher = SHA256()
        var hashed: Int64 = 0
        /// Counts how often parts that may have been hashed were taken back.
        var epoch = 0
        var isHashing = false
        var finishing: Task<Void, any Error>?
    }

    let name: String
    let id: BlobID
    let geometry: PartGeometry
    let files: BlobFiles
    let state = Mutex(State())
    /// Held while a slice is hashed.
    let hashing = Mutex<Void>(())
    private let users = Atomic(0)

    init(name: String, id: BlobID, geometry: PartGeometry, files: BlobFiles) {
        self.name = name
        self.id = id
        self.geometry = geometry
        self.files = files
    }

    /// Whether anybody works on the upload; stays false once seen false under the registry's lock.
    var isUsed: Bool { users.load(ordering: .acquiring) > 0 }
    func retain() { users.add(1, ordering: .acquiringAndReleasing) }
    func release() { users.subtract(1, ordering: .acquiringAndReleasing) }

    func hasPart(_ number: Int) throws -> Bool {
        try state.withLock { state in
            if state.phase == .published { return geometry.length(ofPart: number) != nil }
            try load(&state)
            return state.done.contains(number)
        }
    }

    /// Starts to take in a part, taking it back if it was there.
    ///
    /// Whoever sends the same part already is cut off.
    func begin(_ number: Int) throws -> PartWrite {
        let slot = try state.withLock { state in
            try requireOpen(state)
            try load(&state)
            let slot = state.slots[number] ?? PartSlot()
            state.slots[number] = slot
            return slot
        }
        return try slot.turn.withLock { turn in
            turn += 1
            return try state.withLock { state in
                try requireOpen(state)
                try takeBack(number, &state)
                return try open(number, slot: slot, turn: turn)
            }
        }
    }

    /// Notes that a part has arrived whole.
    func complete(_ write: PartWrite) throws {
        try write.data.syncData()
        try write.inTurn {
            try state.withLock { state in
                try requireOpen(state)
                try write.folder.createEntry("\(write.number)\(BlobLayout.doneSuffix)", mode: 0o644)
                state.done.insert(write.number)
                state.advanceContiguous()
            }
        }
        try write.folder.sync()
    }

    func requireOpen(_ state: State) throws {
        switch state.phase {
        case .open: return
        case .finishing, .published: throw HubError(.conflict, "The upload is complete and takes no more parts")
        case .dropped: throw HubError(.conflict, "The upload was cancelled or failed; start it again")
        }
    }

    /// Reads the markers, once.
    ///
    /// A marker without its bytes (left by a crash during publishing) is removed.
    func load(_ state: inout State) throws {
        guard !state.isLoaded else { return }
        let length = try FileSystem.status(files.layout.partialData(name))?.size ?? 0
        for entry in try FileSystem.list(files.layout.partialFolder(name)) {
            guard let number = BlobLayout.partNumber(ofMarker: entry) else { continue }
            if let part = geometry.length(ofPart: number), geometry.offset(ofPart: number) + part <= length {
                state.done.insert(number)
            } else {
                try FileSystem.remove(files.layout.partialMarker(name, part: number))
            }
        }
        state.advanceContiguous()
        state.isLoaded = true
    }

    private func takeBack(_ number: Int, _ state: inout State) throws {
        guard state.done.contains(number) else { return }
        try FileSystem.remove(files.layout.partialMarker(name, part: number))
        state.done.remove(number)
        guard number <= state.contiguous else { return }
        state.contiguous = number - 1
        state.epoch += 1
        guard state.hashed > geometry.offset(ofPart: number) else { return }
        state.hasher = SHA256()
        state.hashed = 0
    }

    private func open(_ number: Int, slot: PartSlot, turn: Int) throws -> PartWrite {
        if try FileSystem.makeFolder(files.layout.partialFolder(name)) {
            try FileSystem.syncFolder(files.layout.parts)
        }
        return PartWrite(
            number: number,
            data: try FileDescriptor(
                opening: files.layout.partialData(name),
                O_RDWR | O_CREAT | O_NOFOLLOW,
                mode: 0o600
            ),
            folder: try FileDescriptor(opening: files.layout.partialFolder(name), O_RDONLY | O_DIRECTORY),
            slot: slot,
            turn: turn
        )
    }
}

extension PartialUpload.State {
    mutating func advanceContiguous() {
        while done.contains(contiguous + 1) { contiguous += 1 }
    }
}

/// Whose turn it is to write one part: of several senders the last one.
final class PartSlot: Sendable {
    let turn = Mutex(0)
}

/// One sender's hold on one part.
struct PartWrite: Sendable {
    let number: Int
    let data: FileDescriptor
    let folder: FileDescriptor
    let slot: PartSlot
    let turn: Int

    /// Runs `body` unless somebody has begun to send the part again; nobody can begin meanwhile, so a write that was on
    /// its way cannot land in the middle of the new one.
    ///
    /// Runs on the pool.
    func inTurn(_ body: () throws -> Void) throws {
        try slot.turn.withLock { current in
            guard current == turn else {
                throw HubError(.conflict, "Part \(number) is being sent again by a later request")
            }
            try body()
        }
    }
}
