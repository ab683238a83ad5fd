import Testing

@testable import DevServer

@Suite struct ClientIdentityTests {
    @Test func aClientIsKnownByItsToken() {
        var identities = ClientIdentities()
        let first = identities.identify(nil)
        let second = identities.identify(nil)
        #expect(first.token != second.token)
        #expect(first.clientIdentifier != second.clientIdentifier)
        #expect(identities.identify(first.token) == first)
        #expect(identities.identify(second.token) == second)
    }

    @Test func nobodyChoosesAToken() {
        var identities = ClientIdentities()
        let known = identities.identify(nil)
        for guess in ["", "x", known.clientIdentifier] {
            let given = identities.identify(guess)
            #expect(given.token != guess)
            #expect(given.clientIdentifier != known.clientIdentifier)
        }
    }

    @Test func onlySoManyAreRemembered() {
        var identities = ClientIdentities(maximumClients: 2)
        let clients = (0..<3).map { _ in identities.identify(nil) }
        #expect(identities.identify(clients[1].token) == clients[1])
        #expect(identities.identify(clients[2].token) == clients[2])
        #expect(identities.identify(clients[0].token) != clients[0])
    }
}
