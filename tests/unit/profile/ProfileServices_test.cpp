#include "core/profile/ProfileServices.h"

#include "core/base/encoding/Hex.h"
#include "core/mpc/enclave/EnclaveTrust.h"
#include "core/signing/SigningServices.h"
#include "core/vault/Settings.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fakes/ScriptedHttpServer.h"
#include "tests/support/fixtures/profile/TrustedChanges.h"
#include "tests/support/fixtures/signing/NitroFixture.h"

#include <QTest>

using namespace countersign;

namespace {

/// A profile without settings, and what a desk would be given with it.
struct ProfileServicesScene
{
    TestProfile profile;
    SigningServices parts = signingServicesOf(profile.vault, *profile.database, profile.clock);

    void set(std::string_view key, const std::string& value) { setSetting(profile, key, value); }

    void put(std::string_view kind, std::string_view secret)
    {
        QVERIFY(storeSecret(profile, kind, primarySecretName, secret).has_value());
    }

    void setEverything()
    {
        put(apiTokenKind, "dyn_token");
        put(relayTokenKind, "cs_token");
        set(settingKeys::environment, "11111111-2222-4333-8444-555555555555");
        set(settingKeys::apiBase, "https://a.example");
        set(settingKeys::relayUrl, "https://relay.example");
        set(settingKeys::relayInbox, "main");
        set(settingKeys::enclaveUrl, "wss://enclave.example/ws");
        set(settingKeys::enclaveRoot, awsNitroRootPem());
        set(settingKeys::enclavePcr8, std::string(96, 'a'));
        set(settingKeys::enclaveTimeout, "30");
        set("rpc.evm.5", "https://node.example");
        set(settingKeys::rpcSolana, "https://node.example");
    }

    std::optional<ErrorCode> refusal(EngineKind kind = EngineKind::Enclave) const
    {
        const auto made = parts.engine(kind);
        return made ? std::nullopt : std::optional(made.error().code);
    }
};

template <typename Made>
std::optional<Error> errorOf(const Result<Made>& made)
{
    return made ? std::nullopt : std::optional(made.error());
}

}  // namespace

class ProfileServicesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theEnclaveIsDynamicsUnlessSaidOtherwise()
    {
        ProfileServicesScene scene;
        const auto made = scene.parts.engine(EngineKind::Enclave);
        QVERIFY(made.has_value());
        QCOMPARE((*made)->kind(), EngineKind::Enclave);
        // Another enclave of AWS is a matter of its PCR8.
        scene.set(settingKeys::enclaveUrl, "wss://enclave.example/ws");
        scene.set(settingKeys::enclavePcr8, std::string(96, 'a'));
        QVERIFY(!scene.refusal());
        scene.set(settingKeys::enclavePcr8, std::string(94, 'a'));
        QCOMPARE(scene.refusal(), std::optional(ErrorCode::InvalidInput));
    }

    /// A share must not go out to whoever could write two settings.
    void aForeignRootIsForThisMachineAlone()
    {
        ProfileServicesScene scene;
        const std::string root = test::NitroChain::make(scene.profile.clock.now()).root().pem();
        scene.set(settingKeys::enclaveRoot, root);
        QCOMPARE(scene.refusal(), std::optional(ErrorCode::Denied));  // Dynamic's own address
        for (const char* url : {"wss://enclave.example/ws", "wss://127.0.0.1:1/ws", "wss://localhost:1/ws"}) {
            scene.set(settingKeys::enclaveUrl, url);
            QCOMPARE(scene.refusal(), std::optional(ErrorCode::Denied));
        }
        scene.set(settingKeys::enclaveUrl, "ws://127.0.0.1:1/ws");
        QVERIFY(!scene.refusal());
        // Without encryption only this machine is reached in any case.
        scene.set(settingKeys::enclaveUrl, "ws://enclave.example/ws");
        QCOMPARE(scene.refusal(), std::optional(ErrorCode::InvalidInput));
        // AWS's own, written out, is no foreign one.
        scene.set(settingKeys::enclaveRoot, awsNitroRootPem());
        scene.set(settingKeys::enclaveUrl, "wss://enclave.example/ws");
        QVERIFY(!scene.refusal());
    }

    /// A setting that cannot be read is not one that was not made: production would take its place.
    void whatCannotBeReadIsNoDefault()
    {
        ProfileServicesScene scene;
        scene.profile.database->handle().exec("DROP TABLE setting");
        QVERIFY(scene.refusal().has_value());
        QVERIFY(!scene.parts.evmRpc("1").has_value());
        QVERIFY(!scene.parts.dynamicApi().has_value());
    }

    /// What one job's client was told, the next job's keeps.
    void aPauseOutlivesTheClientThatWasTold()
    {
        ProfileServicesScene scene;
        ScriptedHttpServer dynamic;
        dynamic.answers = {{ScriptedHttpServer::http(429, "slow down", "Retry-After: 60\r\n")}};
        scene.set(settingKeys::environment, "11111111-2222-4333-8444-555555555555");
        scene.set(settingKeys::apiBase, dynamic.url().toStdString());
        scene.put(apiTokenKind, "dyn_token");
        const auto ask = [](const SigningServices& parts) {
            const auto api = parts.dynamicApi().value();
            std::optional<Result<bool>> answer;
            const PendingCallPtr call = api->verifyApiToken([&](const auto& given) { answer = given; });
            (void)waitUntil([&] { return answer.has_value(); }, 30'000);
            return answer.value_or(failure(ErrorCode::Internal, {}));
        };
        for (int job = 0; job < 10; ++job) {
            QCOMPARE(ask(scene.parts).error().code, ErrorCode::Busy);
        }
        QCOMPARE(dynamic.requests.size(), 1);
        // Another environment is another account, and another address another service.
        dynamic.answers.push_back({ScriptedHttpServer::http(401, "{}")});
        scene.set(settingKeys::environment, "21111111-2222-4333-8444-555555555555");
        QCOMPARE(ask(scene.parts).error().code, ErrorCode::Denied);
        ScriptedHttpServer elsewhere;
        elsewhere.answers = {{ScriptedHttpServer::http(401, "{}")}};
        scene.set(settingKeys::environment, "11111111-2222-4333-8444-555555555555");
        scene.set(settingKeys::apiBase, elsewhere.url().toStdString());
        QCOMPARE(ask(scene.parts).error().code, ErrorCode::Denied);
        scene.set(settingKeys::apiBase, dynamic.url().toStdString());
        QCOMPARE(ask(scene.parts).error().code, ErrorCode::Busy);
    }

    void aRelaysPauseOutlivesTheClientThatWasTold()
    {
        ProfileServicesScene scene;
        ScriptedHttpServer relay;
        relay.answers = {{ScriptedHttpServer::http(429, "{}", "Retry-After: 240\r\n")}};
        scene.set(settingKeys::relayUrl, relay.url().toStdString());
        scene.set(settingKeys::relayInbox, "main");
        scene.put(relayTokenKind, "cs_token");
        for (int job = 0; job < 5; ++job) {
            const auto made = scene.parts.relay().value();
            std::optional<Status> told;
            const PendingCallPtr call = made->postEvent(
                std::string(64, 'a'), [] { return std::string("{}"); },
                [&](const Status& given) { told = given; });
            QTRY_VERIFY_WITH_TIMEOUT(told, 30'000);
            QCOMPARE(told->error().code, ErrorCode::Network);
        }
        QCOMPARE(relay.requests.size(), 1);
    }

    /// Neither what somebody wrote there nor the default in its place.
    void whatWasChangedElsewhereIsNotUsed_data()
    {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QByteArray>("refused");
        QTest::newRow("api.base") << QByteArray("api.base") << QByteArray("dynamic");
        QTest::newRow("environment") << QByteArray("environment") << QByteArray("dynamic");
        QTest::newRow("relay.url") << QByteArray("relay.url") << QByteArray("relay");
        QTest::newRow("relay.inbox") << QByteArray("relay.inbox") << QByteArray("relay");
        QTest::newRow("enclave.url") << QByteArray("enclave.url") << QByteArray("enclave");
        QTest::newRow("enclave.root") << QByteArray("enclave.root") << QByteArray("enclave");
        QTest::newRow("enclave.pcr8") << QByteArray("enclave.pcr8") << QByteArray("enclave");
        QTest::newRow("enclave.timeout") << QByteArray("enclave.timeout") << QByteArray("enclave");
        QTest::newRow("rpc.evm.5") << QByteArray("rpc.evm.5") << QByteArray("evm");
        QTest::newRow("rpc.solana") << QByteArray("rpc.solana") << QByteArray("solana");
    }

    void whatWasChangedElsewhereIsNotUsed()
    {
        QFETCH(const QByteArray, key);
        QFETCH(const QByteArray, refused);
        ProfileServicesScene scene;
        const std::string name = key.toStdString();
        const auto check = [&](const char* what) {
            const std::map<QByteArray, std::optional<Error>> made = {
                {"dynamic", errorOf(scene.parts.dynamicApi())},
                {"relay", errorOf(scene.parts.relay())},
                {"enclave", errorOf(scene.parts.engine(EngineKind::Enclave))},
                {"evm", errorOf(scene.parts.evmRpc("5"))},
                {"solana", errorOf(scene.parts.solanaRpc())}};
            for (const auto& [part, error] : made) {
                QVERIFY2(error.has_value() == (part == refused), what);
            }
            QCOMPARE(made.at(refused)->code, ErrorCode::BadSignature);
            QVERIFY(made.at(refused)->sentence.contains(QString::fromLatin1(key)));
        };
        scene.setEverything();
        scene.profile.database->handle().exec("UPDATE setting SET value = '9' WHERE key = '" + name + "'");
        check("changed");
        scene.profile.database->handle().exec("DELETE FROM setting WHERE key = '" + name + "'");
        check("removed");
        // Put in where nothing was.
        QVERIFY(removeSetting(scene.profile, name).has_value());
        scene.profile.database->handle().exec("INSERT INTO setting VALUES ('" + name + "', '9')");
        check("put in");
    }

    void saysWhatIsMissing()
    {
        ProfileServicesScene scene;
        QCOMPARE(scene.parts.dynamicApi().error().code, ErrorCode::InvalidInput);
        QCOMPARE(scene.parts.relay().error().code, ErrorCode::InvalidInput);
        QVERIFY(scene.parts.evmRpc("5").error().sentence.contains(QStringLiteral("rpc.evm.5")));
        QVERIFY(scene.parts.solanaRpc().error().sentence.contains(QStringLiteral("rpc.solana")));
        scene.set(settingKeys::environment, "11111111-2222-4333-8444-555555555555");
        QVERIFY(scene.parts.dynamicApi().error().sentence.contains(QStringLiteral("API token")));
        scene.put(apiTokenKind, "dyn_token");
        QVERIFY(scene.parts.dynamicApi().has_value());
        scene.set(settingKeys::relayUrl, "https://relay.example");
        scene.set(settingKeys::relayInbox, "main");
        QVERIFY(scene.parts.relay().error().sentence.contains(QStringLiteral("token")));
        scene.put(relayTokenKind, "cs_token");
        QVERIFY(scene.parts.relay().has_value());
        scene.set("rpc.evm.5", "https://node.example");
        QVERIFY(scene.parts.evmRpc("5").has_value());
    }
};

COUNTERSIGN_GUILESS_TEST(ProfileServicesTest)
#include "ProfileServices_test.moc"
