#include "services/sandbox/enclave/EnclaveSession.h"

#include "core/base/Random.h"
#include "core/crypto/primitives/Keccak.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/unit/services/sandbox/SandboxClient.h"

#include <QRandomGenerator>
#include <QTemporaryDir>

using namespace countersign;
using namespace countersign::sandbox;
using namespace countersign::testing;

namespace {

const Bytes helloBytes = toBytes(asBytes("hello"));

std::string errorType(const Json& answer)
{
    return answer.contains("error") ? answer["error"].value("type", std::string()) : std::string();
}

}  // namespace

class EnclaveSessionTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<SandboxClient> m_client;

    /// A room for helloBytes, and the request that fits it.
    EnclavePeer::Sign prepared(const HeldDelegation& held, Chain chain)
    {
        EnclavePeer::Sign sign;
        sign.signingAlgo = chain == Chain::Evm ? "ecdsa" : "ed25519";
        if (chain == Chain::Evm) {
            sign.hashAlgo = "keccak256";
        }
        sign.message = helloBytes;
        sign.relayDomain = std::string(simulatedRelayDomain);
        sign.share = held.share;
        sign.roomId = m_client->room(held, Json{{"message", "0x68656c6c6f"}});
        return sign;
    }

    static bool isSignature(const HeldDelegation& held, Chain chain, const Json& answer)
    {
        const Bytes wire = fromHex(answer.value("signature", std::string())).value_or(Bytes());
        if (chain == Chain::Svm) {
            return ed25519::verify(held.publicKey, helloBytes, wire);
        }
        if (wire.size() < 73) {
            return false;
        }
        secp256k1::Signature signature;
        std::copy_n(wire.begin(), 32, signature.r.begin());
        std::copy_n(wire.begin() + 32, 32, signature.s.begin());
        signature.recoveryId = static_cast<std::uint8_t>(wire[64] - 27);
        const auto key = secp256k1::recover(keccak256(helloBytes), signature);
        return key && std::equal(key->begin(), key->end(), held.publicKey.begin(), held.publicKey.end());
    }

    Json ledger() { return SandboxClient::json(m_client->call("GET", "/sandbox/signatures")); }
    void plan(const char* fault)
    {
        QCOMPARE(m_client->call("PUT", "/sandbox/faults", dumpJson(Json{{"enclave", fault}})).status, 200U);
    }

private Q_SLOTS:
    void init() { m_client = std::make_unique<SandboxClient>(); }

    void signsForBothChains()
    {
        for (const Chain chain : {Chain::Evm, Chain::Svm}) {
            const HeldDelegation held = m_client->delegate(chain);
            EnclaveWire wire(*m_client);
            QVERIFY(wire.handshake());
            QVERIFY(!wire.peer.document().empty());
            const EnclavePeer::Sign sign = prepared(held, chain);
            const Json frame = wire.peer.sign(sign);
            const Json answer = wire.ask(frame);
            QVERIFY2(isSignature(held, chain, answer), dumpJson(answer).c_str());
            QVERIFY(answer["requestId"] == frame["requestId"] && answer["type"] == "signMessage_response");
            const Json last = ledger().back();
            QCOMPARE(last["walletId"].get<std::string>(), held.walletId);
            QCOMPARE(last["roomId"].get<std::string>(), sign.roomId);
            QCOMPARE(last["algorithm"].get<std::string>(), sign.signingAlgo);
        }
        QCOMPARE(ledger().size(), std::size_t(2));
    }

    void tellsTheStream()
    {
        const HeldDelegation held = m_client->delegate(Chain::Evm);
        EnclaveWire wire(*m_client);
        QVERIFY(wire.handshake());
        EnclavePeer::Sign sign = prepared(held, Chain::Evm);
        const http::HttpResponse stream = m_client->sign(held, Json{{"message", "0x68656c6c6f"}});
        sign.roomId = (*SandboxClient::event(stream, "room_created"))["roomId"].get<std::string>();
        QVERIFY(wire.ask(wire.peer.sign(sign)).contains("signature"));
        const auto complete = SandboxClient::event(stream, "ceremony_complete");
        QVERIFY(complete.has_value());
        QCOMPARE((*complete)["accountAddress"].get<std::string>(), held.address);
        QCOMPARE((*complete)["shareSetId"].get<std::string>(), held.shareSetId);
        QVERIFY(stream.stream->take().ending == http::Outbox::Ending::Finish);
    }

    void aFormattedDigestNeedsNoHash()
    {
        const HeldDelegation held = m_client->delegate(Chain::Evm);
        EnclaveWire wire(*m_client);
        QVERIFY(wire.handshake());
        EnclavePeer::Sign sign = prepared(held, Chain::Evm);
        sign.hashAlgo.reset();
        sign.message = toBytes(keccak256(helloBytes));
        sign.roomId = m_client->room(held, Json{{"message", toHex(sign.message)}, {"isFormatted", true}});
        QVERIFY(isSignature(held, Chain::Evm, wire.ask(wire.peer.sign(sign))));
    }

    void aRoomServesOneCeremony()
    {
        const HeldDelegation held = m_client->delegate(Chain::Svm);
        EnclaveWire wire(*m_client);
        QVERIFY(wire.handshake());
        const EnclavePeer::Sign sign = prepared(held, Chain::Svm);
        QVERIFY(wire.ask(wire.peer.sign(sign)).contains("signature"));
        QCOMPARE(errorType(wire.ask(wire.peer.sign(sign))), std::string("HANDLER_ERROR"));
        EnclaveWire other(*m_client);
        QVERIFY(other.handshake());
        QCOMPARE(errorType(other.ask(other.peer.sign(sign))), std::string("HANDLER_ERROR"));
        QCOMPARE(ledger().size(), std::size_t(1));
    }

    void thePartiesMustAgreeOnTheDigest()
    {
        const HeldDelegation held = m_client->delegate(Chain::Evm);
        EnclaveWire wire(*m_client);
        QVERIFY(wire.handshake());
        EnclavePeer::Sign sign = prepared(held, Chain::Evm);
        const http::HttpResponse stream = m_client->sign(held, Json{{"message", "0x00"}});
        sign.roomId = (*SandboxClient::event(stream, "room_created"))["roomId"].get<std::string>();
        const Json refused = wire.ask(wire.peer.sign(sign));
        QCOMPARE(errorType(refused), std::string("HANDLER_ERROR"));
        QVERIFY(!refused.contains("signature"));
        QVERIFY(SandboxClient::event(stream, "error").has_value());
        // The failed attempt has used the room up.
        sign.message = Bytes{0};
        QVERIFY(!wire.ask(wire.peer.sign(sign)).contains("signature"));
        QVERIFY(ledger().empty());
    }

    void deadSharesDoNotSign()
    {
        for (const Chain chain : {Chain::Evm, Chain::Svm}) {
            const HeldDelegation old = m_client->delegate(chain);
            EnclaveWire wire(*m_client);
            QVERIFY(wire.handshake());
            const EnclavePeer::Sign early = prepared(old, chain);

            // Reshared away: not in its own old room, not in a room of the new share set.
            const HeldDelegation fresh = m_client->delegateAgain(old, chain);
            QCOMPARE(errorType(wire.ask(wire.peer.sign(early))), std::string("HANDLER_ERROR"));
            EnclavePeer::Sign mixed = prepared(fresh, chain);
            mixed.share = old.share;
            QCOMPARE(errorType(wire.ask(wire.peer.sign(mixed))), std::string("HANDLER_ERROR"));
            QVERIFY(wire.ask(wire.peer.sign(prepared(fresh, chain))).contains("signature"));

            // Revoked between room and ceremony.
            const EnclavePeer::Sign late = prepared(fresh, chain);
            QVERIFY(m_client->service->revoke(old.walletId).has_value());
            QCOMPARE(errorType(wire.ask(wire.peer.sign(late))), std::string("HANDLER_ERROR"));
        }
        QCOMPARE(ledger().size(), std::size_t(2));
    }

    void anotherWalletsShareDoesNotSign()
    {
        const HeldDelegation mine = m_client->delegate(Chain::Evm);
        const HeldDelegation other = m_client->delegate(Chain::Evm);
        EnclaveWire wire(*m_client);
        QVERIFY(wire.handshake());
        EnclavePeer::Sign sign = prepared(mine, Chain::Evm);
        sign.share = other.share;
        QCOMPARE(errorType(wire.ask(wire.peer.sign(sign))), std::string("HANDLER_ERROR"));
        // The same ids around another scalar.
        auto secret = mine.share["secretShare"].get<std::string>();
        secret[2 * 60] = secret[2 * 60] == '0' ? '1' : '0';
        sign.share["secretShare"] = secret;
        QCOMPARE(errorType(wire.ask(wire.peer.sign(sign))), std::string("HANDLER_ERROR"));
        QVERIFY(ledger().empty());
    }

    /// As in a real ceremony: whatever of the share was changed, there is no signature, and the ledger stays
    /// empty.
    void aChangedShareDoesNotSign()
    {
        for (const Chain chain : {Chain::Evm, Chain::Svm}) {
            HeldDelegation held = m_client->delegate(chain);
            EnclaveWire wire(*m_client);
            QVERIFY(wire.handshake());
            const auto isRefused = [&](const Json& share) {
                EnclavePeer::Sign sign = prepared(held, chain);
                sign.share = share;
                const Json answer = wire.ask(wire.peer.sign(sign));
                return !errorType(answer).empty() && !answer.contains("signature");
            };
            for (int round = 0; round < 40; ++round) {
                Json share = held.share;
                auto secret = share["secretShare"].get<std::string>();
                // The first rounds in what is filling only, the others anywhere.
                const int from = round < 20 ? 2 * 81 : 0;
                const auto at = static_cast<std::size_t>(QRandomGenerator::global()->bounded(from, 416));
                secret[at] = "0123456789abcdef"[(std::string("0123456789abcdef").find(secret[at]) +
                                                 static_cast<std::size_t>(
                                                     QRandomGenerator::global()->bounded(1, 16))) %
                                                16];
                share["secretShare"] = secret;
                QVERIFY2(isRefused(share), std::to_string(at).c_str());
            }
            Json share = held.share;
            share["pubkey"]["0"] = (share["pubkey"]["0"].get<int>() + 1) % 256;
            QVERIFY(isRefused(share));
            share = held.share;
            share["unknown"] = 1;
            QVERIFY(isRefused(share));
            QVERIFY(ledger().empty());

            // After a reshare the new one is what was given out.
            const Json old = held.share;
            held = m_client->delegateAgain(held, chain);
            QVERIFY(isRefused(old));
            QVERIFY(ledger().empty());
            QVERIFY(wire.ask(wire.peer.sign(prepared(held, chain))).contains("signature"));
            init();
        }
    }

    void roomsExpire()
    {
        const HeldDelegation held = m_client->delegate(Chain::Evm);
        EnclaveWire wire(*m_client);
        QVERIFY(wire.handshake());
        const EnclavePeer::Sign sign = prepared(held, Chain::Evm);
        m_client->clock.advance(std::chrono::seconds(60));
        QCOMPARE(errorType(wire.ask(wire.peer.sign(sign))), std::string("HANDLER_ERROR"));
    }

    void hostileRequests()
    {
        const HeldDelegation held = m_client->delegate(Chain::Evm);
        EnclaveWire wire(*m_client);
        QCOMPARE(errorType(wire.ask(std::string("{"))), std::string("INVALID_MESSAGE"));
        Json zeros = wire.peer.handshake();
        zeros["challenge"] = std::string(2368, 'f');
        QCOMPARE(errorType(wire.ask(zeros)), std::string("VALIDATION_ERROR"));
        const EnclavePeer::Sign good = prepared(held, Chain::Evm);
        QCOMPARE(errorType(wire.ask(wire.peer.sign(good))), std::string("CONNECTION_ERROR"));
        QVERIFY(wire.handshake());

        EnclavePeer::Sign sign = good;
        sign.relayDomain = "relay.example.com";
        QCOMPARE(errorType(wire.ask(wire.peer.sign(sign))), std::string("VALIDATION_ERROR"));
        for (const auto& [member, value, error] :
             {std::tuple("derivationPath", Json("2c0000003c000000000000000000000001000000"),
                         "VALIDATION_ERROR"),
              std::tuple("environmentId", Json(randomUuid()), "VALIDATION_ERROR"),
              std::tuple("walletId", Json(randomUuid()), "VALIDATION_ERROR"),
              std::tuple("roomUuid", Json(std::string(32, '0')), "HANDLER_ERROR"),
              std::tuple("keyshare", wire.peer.sealed("{}"), "VALIDATION_ERROR"),
              std::tuple("keyshare",
                         Json{{"salt", std::string(64, '0')}, {"encryptedPayload", std::string(80, '0')}},
                         "HANDLER_ERROR")}) {
            Json frame = wire.peer.sign(good);
            frame[member] = value;
            QCOMPARE(errorType(wire.ask(frame)), std::string(error));
        }
        Json pathless = wire.peer.sign(good);
        pathless.erase("derivationPath");
        QCOMPARE(errorType(wire.ask(pathless)), std::string("VALIDATION_ERROR"));
        // None of this has used the room up.
        QVERIFY(isSignature(held, Chain::Evm, wire.ask(wire.peer.sign(good))));
    }

    void aSecondHandshakeReplacesTheFirst()
    {
        const HeldDelegation held = m_client->delegate(Chain::Evm);
        EnclaveWire wire(*m_client);
        QVERIFY(wire.handshake());
        const Json sealedBefore = wire.peer.sign(prepared(held, Chain::Evm));
        QVERIFY(wire.handshake());
        QCOMPARE(errorType(wire.ask(sealedBefore)), std::string("HANDLER_ERROR"));
        QVERIFY(wire.ask(wire.peer.sign(prepared(held, Chain::Evm))).contains("signature"));
    }

    void handshakeFaults()
    {
        const auto answer = [&](const char* fault) {
            plan(fault);
            EnclaveWire wire(*m_client);
            return wire.ask(wire.peer.handshake());
        };
        QVERIFY(!answer("no-attestation").contains("attestationDoc"));
        QVERIFY(answer("empty-connection-id")["connectionId"] == "");
        QCOMPARE(answer("short-ciphertext")["encapsulatedSharedSecret"].get<std::string>().size(),
                 std::size_t(2174));
        QVERIFY(answer("error")["type"] == "error");
        QVERIFY(answer("foreign-request-id")["requestId"] == "req_0000000000000000");
        QVERIFY(answer("not-json").is_string());
        plan("close-1001");
        EnclaveWire closing(*m_client);
        QVERIFY(closing.ask(closing.peer.handshake()).is_null());
        QVERIFY(closing.ending == http::Outbox::Ending::Finish);
        QCOMPARE(closing.code, 1001);
        plan("silence");
        EnclaveWire silent(*m_client);
        QVERIFY(silent.ask(dumpJson(silent.peer.handshake()), 200).is_null());

        const HeldDelegation held = m_client->delegate(Chain::Evm);
        plan("wrong-ciphertext");
        EnclaveWire other(*m_client);
        QVERIFY(other.handshake());
        QCOMPARE(errorType(other.ask(other.peer.sign(prepared(held, Chain::Evm)))),
                 std::string("HANDLER_ERROR"));
    }

    void signingFaults()
    {
        const HeldDelegation held = m_client->delegate(Chain::Evm);
        EnclaveWire wire(*m_client);
        QVERIFY(wire.handshake());
        const auto answer = [&](const char* fault) {
            plan(fault);
            return wire.ask(wire.peer.sign(prepared(held, Chain::Evm)));
        };
        const Json wrong = answer("wrong-signature");
        QVERIFY(wrong["signature"].get<std::string>().size() >= 146 && !isSignature(held, Chain::Evm, wrong));
        QCOMPARE(errorType(answer("error")), std::string("HANDLER_ERROR"));
        QVERIFY(answer("error-frame")["type"] == "error");
        const Json neither = answer("no-signature");
        QVERIFY(!neither.contains("signature") && !neither.contains("error"));
        QVERIFY(ledger().empty());
        const Json high = answer("high-s");
        QVERIFY(isSignature(held, Chain::Evm, high));
        QVERIFY(fromHex(high["signature"].get<std::string>())->at(32) >= 0x7f);
        QCOMPARE(ledger().size(), std::size_t(1));

        plan("drop-while-signing");
        QVERIFY(wire.ask(wire.peer.sign(prepared(held, Chain::Evm))).is_null());
        QVERIFY(wire.ending == http::Outbox::Ending::Cut);
        QCOMPARE(ledger().size(), std::size_t(1));
        EnclaveWire again(*m_client);
        QVERIFY(again.handshake());
        plan("drop-after-signing");
        QVERIFY(again.ask(again.peer.sign(prepared(held, Chain::Evm))).is_null());
        QVERIFY(again.ending == http::Outbox::Ending::Cut);
        QCOMPARE(ledger().size(), std::size_t(2));
    }

    void aFloodIsCutOff()
    {
        EnclaveWire wire(*m_client);
        const std::string frame = dumpJson(wire.peer.handshake());
        wire.flood(frame, 2'000);
        QTRY_VERIFY_WITH_TIMEOUT(!wire.outbox->isOpen(), patienceMs);
    }

    void theLedgerSurvives()
    {
        const QTemporaryDir folder;
        Sandbox::Options options;
        options.state = folder.filePath(QStringLiteral("s")).toStdString();
        m_client->open(std::move(options));
        const HeldDelegation held = m_client->delegate(Chain::Evm);
        Json issued;
        {
            EnclaveWire wire(*m_client);
            QVERIFY(wire.handshake());
            QVERIFY(wire.ask(wire.peer.sign(prepared(held, Chain::Evm))).contains("signature"));
            issued = ledger();
            QCOMPARE(m_client->call("PUT", "/sandbox/policy", R"({"maxValueWei":"5"})").status, 200U);
        }
        Sandbox::Options again;
        again.state = folder.filePath(QStringLiteral("s")).toStdString();
        m_client->open(std::move(again));
        QCOMPARE(dumpJson(ledger()), dumpJson(issued));
        QVERIFY(SandboxClient::json(m_client->call("GET", "/sandbox/policy"))["maxValueWei"] == "5");
        EnclaveWire wire(*m_client);
        QVERIFY(wire.handshake());
        QVERIFY(wire.ask(wire.peer.sign(prepared(held, Chain::Evm))).contains("signature"));
        QCOMPARE(ledger().size(), std::size_t(2));
    }

    void acknowledges()
    {
        EnclaveWire wire(*m_client);
        const Json answer = wire.ask(Json{{"type", "connection_ack"}, {"version", 1}, {"requestId", "r"}});
        QCOMPARE(dumpJson(answer),
                 std::string(R"({"type":"connection_ack_response","version":1,"status":"acknowledged",)"
                             R"("timestamp":"2026-01-01T00:00:00.000Z","requestId":"r"})"));
    }
};

COUNTERSIGN_GUILESS_TEST(EnclaveSessionTest)
#include "EnclaveSession_test.moc"
