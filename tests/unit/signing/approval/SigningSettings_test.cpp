#include "core/signing/approval/SigningSettings.h"

#include "core/vault/Settings.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/TrustedChanges.h"

#include <QTest>

using namespace countersign;

namespace {

struct SettingsScene
{
    TestProfile profile;
    SigningSettings settings{*profile.database, *profile.vault};

    /// As another program writes it.
    void overwrite(const std::string& key, const std::string& value)
    {
        profile.database->handle().exec("INSERT INTO setting VALUES ('" + key + "', '" + value +
                                        "') ON CONFLICT (key) DO UPDATE SET value = excluded.value");
    }
};

}  // namespace

class SigningSettingsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutSettingsThereAreDefaults()
    {
        SettingsScene scene;
        QCOMPARE(*scene.settings.confirmations(), 3);
        QCOMPARE(*scene.settings.engine({}), defaultEngine());
        QCOMPARE(*scene.settings.relayDomain(), std::string("relay.dynamicauth.com"));
        QVERIFY(scene.settings.check({}).has_value());
    }

    void readsWhatIsSet()
    {
        SettingsScene scene;
        setSetting(scene.profile, settingKeys::rpcConfirmations, "12");
        setSetting(scene.profile, settingKeys::engine, "enclave");
        setSetting(scene.profile, settingKeys::mpcRelayDomain, "relay.test:1");
        QCOMPARE(*scene.settings.confirmations(), 12);
        QCOMPARE(*scene.settings.engine({}), EngineKind::Enclave);
        QCOMPARE(*scene.settings.engine(EngineKind::Sdk), EngineKind::Sdk);
        QCOMPARE(*scene.settings.relayDomain(), std::string("relay.test:1"));
    }

    /// An older program may have taken what this one does not.
    void whatIsNoNumberOfBlocksIsTheDefault()
    {
        for (const char* text : {"0", "-1", "x", "99999999999999999999"}) {
            SettingsScene scene;
            setSetting(scene.profile, settingKeys::rpcConfirmations, text);
            QCOMPARE(*scene.settings.confirmations(), 3);
        }
    }

    void whatWasChangedElsewhereIsNamed()
    {
        for (const std::string key :
             {"api.base", "environment", "engine", "relay.domain", "rpc.confirmations", "enclave.root",
              "enclave.pcr8", "enclave.url", "enclave.timeout"}) {
            SettingsScene scene;
            scene.overwrite(key, "1");
            const auto checked = scene.settings.check(EngineKind::Enclave);
            QCOMPARE(checked.error().code, ErrorCode::BadSignature);
            QVERIFY(checked.error().sentence.contains(QString::fromStdString(key)));
            // What the sdk engine does not use does not stop it.
            QCOMPARE(scene.settings.check(EngineKind::Sdk).has_value(), key.starts_with("enclave."));
        }
    }

    void oneValueThatWasChangedElsewhereIsNotRead()
    {
        SettingsScene scene;
        scene.overwrite("rpc.confirmations", "1");
        scene.overwrite("engine", "sdk");
        scene.overwrite("relay.domain", "evil.test");
        QCOMPARE(scene.settings.confirmations().error().code, ErrorCode::BadSignature);
        QCOMPARE(scene.settings.engine({}).error().code, ErrorCode::BadSignature);
        QCOMPARE(scene.settings.relayDomain().error().code, ErrorCode::BadSignature);
        QVERIFY(scene.settings.engine(EngineKind::Enclave).has_value());
    }
};

COUNTERSIGN_GUILESS_TEST(SigningSettingsTest)
#include "SigningSettings_test.moc"
