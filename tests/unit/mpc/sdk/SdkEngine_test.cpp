#include "core/mpc/sdk/SdkEngine.h"

#include "core/base/encoding/Hex.h"
#include "core/base/encoding/Json.h"
#include "core/crypto/keys/Address.h"
#include "core/crypto/primitives/Secp256k1.h"
#include "core/mpc/sdk/HelperErrors.h"
#include "tests/support/Patience.h"
#include "tests/support/TestPaths.h"
#include "tests/support/TestProgram.h"

#include <QFile>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace countersign;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

// Why: a fake helper (fake-helper.mjs) answers as told, so that every turn of the engine can be taken without
// a relay. What the real library says is in tests/integration/mpc.

namespace {

const std::string& secretShare()
{
    static const std::string text = "5ec7e7" + std::string(410, '7');
    return text;
}

std::string sdkEngineShareText()
{
    return R"({"pubkey":{"0":4},"secretShare":")" + secretShare() + R"(","unknown":[1]})";
}

Bytes evmSignature()
{
    Bytes bytes(64, 0x11);
    bytes.push_back(28);
    return bytes;
}

Json success(const char* member, BytesView bytes)
{
    return {{"version", 1}, {"ok", true}, {member, toHex(bytes)}};
}

}  // namespace

class SdkEngineTest : public QObject
{
    Q_OBJECT

    QString m_node;
    std::unique_ptr<QTemporaryDir> m_folder;
    secp256k1::PublicKey m_key{};
    Bytes m_point;  ///< 04 ‖ x ‖ y

    /// answers: by operation, see fake-helper.mjs.
    SdkEngineOptions fake(const Json& answers, std::chrono::milliseconds timeout = 60s)
    {
        m_folder = std::make_unique<QTemporaryDir>();
        const QString script = m_folder->filePath(u"mpc-helper.mjs"_s);
        QFile::copy(sourcePath("tests/unit/mpc/fake-helper.mjs"), script);
        QFile file(m_folder->filePath(u"answers.json"_s));
        if (file.open(QIODevice::WriteOnly)) {
            file.write(QByteArray::fromStdString(dumpJson(answers)));
        }
        return {m_node, script, timeout};
    }

    /// What the fake was asked, one object per process.
    std::vector<Json> requests() const
    {
        QFile file(m_folder->filePath(u"requests.jsonl"_s));
        std::vector<Json> all;
        if (file.open(QIODevice::ReadOnly)) {
            for (const QByteArray& line : file.readAll().split('\n')) {
                if (const auto json = parseJson(line.toStdString())) {
                    all.push_back(*json);
                }
            }
        }
        return all;
    }

    CeremonyRequest evmRequest() const
    {
        CeremonyRequest request;
        request.roomId = "00112233445566778899aabbccddeeff";
        request.relayDomain = "relay.example";
        request.share = SecretBytes::copyOf(sdkEngineShareText());
        const auto address = evmAddressOf(m_key);
        request.addressBytes.assign(address->begin(), address->end());
        request.input = Bytes(32, 0xd1);
        request.derivationPath = {44, 60, 0, 0, 0};
        return request;
    }

    CeremonyRequest solanaRequest() const
    {
        CeremonyRequest request = evmRequest();
        request.scheme = SigningScheme::Ed25519;
        request.addressBytes = Bytes(32, 0xab);
        request.input = {'h', 'i'};
        request.derivationPath.clear();
        return request;
    }

    struct Outcome
    {
        Result<Bytes> signature = failure(ErrorCode::Internal, u"nothing came"_s);
        QList<CeremonyStage> stages;
        int count = 0;
    };

    Outcome outcomeOf(const SdkEngineOptions& options, CeremonyRequest request)
    {
        SdkEngine engine(options);
        Outcome outcome;
        connect(&engine, &SigningEngine::progressed, this,
                [&](CeremonyStage stage) { outcome.stages << stage; });
        connect(&engine, &SigningEngine::finished, this, [&](const Result<Bytes>& signature) {
            ++outcome.count;
            outcome.signature = signature;
        });
        engine.sign(std::move(request));
        if (outcome.count != 0 || !outcome.stages.isEmpty()) {
            outcome.count = -1;  // before sign() returned
            return outcome;
        }
        if (waitUntil([&] { return outcome.count > 0; }, 2 * patienceMs)) {
            QTest::qWait(20);  // a second one would come now
        }
        return outcome;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_node = QStandardPaths::findExecutable(u"node"_s);
        if (m_node.isEmpty()) {
            QSKIP("Node.js is not installed");
        }
        m_key = *secp256k1::publicKey(secp256k1::generateScalar());
        m_point = {0x04};
        m_point.insert(m_point.end(), m_key.begin(), m_key.end());
    }

    void signsForEvm()
    {
        const auto options =
            fake({{"derive", success("publicKey", m_point)}, {"sign", success("signature", evmSignature())}});
        const Outcome outcome = outcomeOf(options, evmRequest());
        QCOMPARE(outcome.count, 1);
        QVERIFY2(outcome.signature.has_value(),
                 outcome.signature ? "" : qPrintable(outcome.signature.error().detail));
        QCOMPARE(*outcome.signature, evmSignature());
        QCOMPARE(outcome.stages,
                 QList({CeremonyStage::Starting, CeremonyStage::Attested, CeremonyStage::Exchanged}));
        const auto asked = requests();
        QCOMPARE(asked.size(), std::size_t(2));
        QCOMPARE(dumpJson(asked[0]), dumpJson(Json({{"version", 1},
                                                    {"operation", "derive"},
                                                    {"scheme", "ecdsa"},
                                                    {"path", {44, 60, 0, 0, 0}},
                                                    {"share", sdkEngineShareText()}})));
        QCOMPARE(dumpJson(asked[1]), dumpJson(Json({{"version", 1},
                                                    {"operation", "sign"},
                                                    {"scheme", "ecdsa"},
                                                    {"path", {44, 60, 0, 0, 0}},
                                                    {"roomId", "00112233445566778899aabbccddeeff"},
                                                    {"relayDomain", "relay.example"},
                                                    {"input", toHex(Bytes(32, 0xd1))},
                                                    {"share", sdkEngineShareText()}})));
    }

    void keysWithoutTheirPrefixAreTakenToo()
    {
        const auto options =
            fake({{"derive", success("publicKey", m_key)}, {"sign", success("signature", evmSignature())}});
        QVERIFY(outcomeOf(options, evmRequest()).signature.has_value());
    }

    void signsForSolana()
    {
        const Bytes signature(64, 0x22);
        const auto options = fake(
            {{"derive", success("publicKey", Bytes(32, 0xab))}, {"sign", success("signature", signature)}});
        const Outcome outcome = outcomeOf(options, solanaRequest());
        QVERIFY(outcome.signature.has_value());
        QCOMPARE(*outcome.signature, signature);
        QCOMPARE(requests().at(1)["scheme"].get<std::string>(), std::string("ed25519"));
        QCOMPARE(requests().at(1)["input"].get<std::string>(), std::string("6869"));
    }

    void theShareOfAnotherWalletIsNotUsed()
    {
        const auto options =
            fake({{"derive", success("publicKey", m_point)}, {"sign", success("signature", evmSignature())}});
        CeremonyRequest request = evmRequest();
        request.addressBytes.back() ^= 1;
        const Outcome outcome = outcomeOf(options, std::move(request));
        QCOMPARE(outcome.signature.error().code, ErrorCode::Corrupt);
        QVERIFY(outcome.signature.error().sentence.contains(u"does not belong to this wallet"_s));
        QCOMPARE(outcome.stages, QList({CeremonyStage::Starting}));
        QCOMPARE(requests().size(), std::size_t(1));

        const auto solana = fake(
            {{"derive", success("publicKey", Bytes(32, 0xac))}, {"sign", success("signature", Bytes(64))}});
        QCOMPARE(outcomeOf(solana, solanaRequest()).signature.error().code, ErrorCode::Corrupt);
        QCOMPARE(requests().size(), std::size_t(1));
    }

    void keysThatAreNoneAreGarbage()
    {
        Bytes offCurve = m_point;
        offCurve.back() ^= 1;
        Bytes compressed(m_point.begin(), m_point.begin() + 33);
        compressed[0] = 0x02;
        for (const Bytes& key : {offCurve, compressed, Bytes(32, 1), Bytes(65, 4)}) {
            const auto options =
                fake({{"derive", success("publicKey", key)}, {"sign", success("signature", evmSignature())}});
            QCOMPARE(outcomeOf(options, evmRequest()).signature.error().sentence,
                     helperError(HelperFailure::Garbage).sentence);
            QCOMPARE(requests().size(), std::size_t(1));
        }
    }

    void signaturesThatAreNoneAreGarbage()
    {
        Bytes wrongV = evmSignature();
        wrongV.back() = 26;
        for (const Bytes& signature : {wrongV, Bytes(64, 1), Bytes(66, 27)}) {
            const auto options =
                fake({{"derive", success("publicKey", m_point)}, {"sign", success("signature", signature)}});
            QCOMPARE(outcomeOf(options, evmRequest()).signature.error().sentence,
                     helperError(HelperFailure::Garbage).sentence);
        }
    }

    void failuresOfEitherProcessAreTold()
    {
        const Json refusal = {{"version", 1},
                              {"ok", false},
                              {"code", "library"},
                              {"message", "Invalid secret share: Out of bounds"}};
        QCOMPARE(outcomeOf(fake({{"derive", refusal}}), evmRequest()).signature.error(),
                 explainHelperRefusal("library", "Invalid secret share: Out of bounds"));
        QCOMPARE(outcomeOf(fake({{"derive", success("publicKey", m_point)}, {"sign", "crash"}}), evmRequest())
                     .signature.error()
                     .sentence,
                 helperError(HelperFailure::Crashed).sentence);
    }

    void theShareReachesNoError()
    {
        const Json leak = {
            {"version", 1}, {"ok", false}, {"code", "library"}, {"message", "cannot read " + secretShare()}};
        for (const Json& answer : {Json("echo"), leak}) {
            const Outcome outcome = outcomeOf(fake({{"derive", answer}}), evmRequest());
            QVERIFY(!outcome.signature.has_value());
            QVERIFY(!outcome.signature.error().detail.contains(u"5ec7"_s));
            QVERIFY(!outcome.signature.error().sentence.contains(u"5ec7"_s));
        }
    }

    void oneDeadlineForBothProcesses()
    {
        const auto options = fake({{"derive", success("publicKey", m_point)}, {"sign", "wait"}}, 3s);
        const Outcome outcome = outcomeOf(options, evmRequest());
        QCOMPARE(outcome.count, 1);
        QCOMPARE(outcome.signature.error().code, ErrorCode::Timeout);
    }

    void cancelKillsAndIsReportedOnce_data()
    {
        QTest::addColumn<int>("stage");
        QTest::newRow("at once") << -1;
        QTest::newRow("starting") << static_cast<int>(CeremonyStage::Starting);
        QTest::newRow("attested") << static_cast<int>(CeremonyStage::Attested);
        QTest::newRow("exchanged") << static_cast<int>(CeremonyStage::Exchanged);
    }

    void cancelKillsAndIsReportedOnce()
    {
        QFETCH(const int, stage);
        SdkEngine engine(fake({{"derive", success("publicKey", m_point)}, {"sign", "wait"}}));
        QSignalSpy finished(&engine, &SigningEngine::finished);
        qint64 pid = 0;
        connect(&engine, &SigningEngine::progressed, this, [&](CeremonyStage reached) {
            if (static_cast<int>(reached) == stage) {
                pid = engine.processId();
                engine.cancel();
                QCOMPARE(finished.count(), 0);
            }
        });
        engine.sign(evmRequest());
        if (stage < 0) {
            engine.cancel();
            engine.cancel();
        }
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, patienceMs);
        QCOMPARE(finished.first().first().value<Result<Bytes>>().error().code, ErrorCode::Cancelled);
        QTRY_VERIFY_WITH_TIMEOUT(pid <= 0 || ::kill(static_cast<pid_t>(pid), 0) != 0, patienceMs);
        QTest::qWait(50);
        QCOMPARE(finished.count(), 1);
        QCOMPARE(engine.processId(), qint64(0));
    }

    void anEngineCanBeUsedAgain()
    {
        SdkEngine engine(fake(
            {{"derive", success("publicKey", m_point)}, {"sign", success("signature", evmSignature())}}));
        QSignalSpy finished(&engine, &SigningEngine::finished);
        engine.sign(evmRequest());
        engine.cancel();
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 1, patienceMs);
        engine.sign(evmRequest());
        QTRY_COMPARE_WITH_TIMEOUT(finished.count(), 2, patienceMs);
        QVERIFY(finished.last().first().value<Result<Bytes>>().has_value());
    }

    void destroyingTheEngineKills()
    {
        auto engine =
            std::make_unique<SdkEngine>(fake({{"derive", success("publicKey", m_point)}, {"sign", "wait"}}));
        QSignalSpy progressed(engine.get(), &SigningEngine::progressed);
        engine->sign(evmRequest());
        QTRY_COMPARE_WITH_TIMEOUT(progressed.count(), 3, patienceMs);
        const qint64 pid = engine->processId();
        QVERIFY(pid > 0);
        engine.reset();
        QTRY_VERIFY_WITH_TIMEOUT(::kill(static_cast<pid_t>(pid), 0) != 0, patienceMs);
    }

    void requestsThatCannotBeSignedStartNothing_data()
    {
        QTest::addColumn<QString>("what");
        for (const char* what : {"uuid", "upper case", "short room", "no relay", "url", "space", "address",
                                 "digest", "no share", "path"}) {
            QTest::newRow(what) << QString::fromLatin1(what);
        }
    }

    void requestsThatCannotBeSignedStartNothing()
    {
        QFETCH(const QString, what);
        CeremonyRequest request = evmRequest();
        if (what == u"uuid"_s) {
            request.roomId = "00112233-4455-6677-8899-aabbccddeeff";
        } else if (what == u"upper case"_s) {
            request.roomId = "00112233445566778899AABBCCDDEEFF";
        } else if (what == u"short room"_s) {
            request.roomId.pop_back();
        } else if (what == u"no relay"_s) {
            request.relayDomain.clear();
        } else if (what == u"url"_s) {
            request.relayDomain = "https://relay.example";
        } else if (what == u"space"_s) {
            request.relayDomain = "relay example";
        } else if (what == u"address"_s) {
            request.addressBytes.push_back(0);
        } else if (what == u"digest"_s) {
            request.input.pop_back();
        } else if (what == u"no share"_s) {
            request.share = {};
        } else {
            request.derivationPath.assign(17, 0);
        }
        const auto options = fake({{"derive", success("publicKey", m_point)}});
        const Outcome outcome = outcomeOf(options, std::move(request));
        QCOMPARE(outcome.count, 1);
        QCOMPARE(outcome.signature.error().code, ErrorCode::InvalidInput);
        QVERIFY(requests().empty());
    }

    void theCheckTellsVersions()
    {
        QString told;
        PendingCallPtr call = checkSdkEngine(
            fake({{"about", {{"version", 1}, {"ok", true}, {"node", "20.1.2"}, {"package", "0.0.198"}}}}),
            [&](const Result<QString>& versions) {
                told = versions.value_or(u"failure"_s);
                call.reset();
            });
        QVERIFY(told.isEmpty());
        QTRY_COMPARE_WITH_TIMEOUT(told, u"Node.js 20.1.2, @dynamic-labs-wallet/node 0.0.198"_s, patienceMs);
        QVERIFY(!call);
        QCOMPARE(dumpJson(requests().at(0)), dumpJson(Json({{"version", 1}, {"operation", "about"}})));
    }

    void anAbandonedCheckIsSilent()
    {
        bool isTold = false;
        PendingCallPtr call =
            checkSdkEngine(fake({{"about", "wait"}}), [&](const Result<QString>&) { isTold = true; });
        QTRY_VERIFY_WITH_TIMEOUT(!requests().empty(), patienceMs);
        call.reset();
        QTest::qWait(50);
        QVERIFY(!isTold);
    }
};

COUNTERSIGN_GUILESS_TEST(SdkEngineTest)
#include "SdkEngine_test.moc"
