/// Why a store cannot serve the folders it was given.
package struct StoreSetupError: Error, Sendable, CustomStringConvertible {
    /// Which folder, what is wrong with it and what to do, in one line.
    package let message: String

    package var description: String { message }
}
