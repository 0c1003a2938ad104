#include "ui/pages/SettingsPage.h"

#include "core/base/encoding/Hex.h"
#include "core/settings/KnownSettings.h"
#include "core/vault/Settings.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/ProfileFixture.h"
#include "ui/theme/Theme.h"

#include <QPlainTextEdit>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// Writes to the fixture's database under the real rules and answers at once.
class FakeSettings : public SettingsControl
{
    Q_OBJECT

public:
    explicit FakeSettings(Database& database) : m_database(database) {}

    bool isReady() const override { return ready; }
    void set(QObject*, const QString& key, const QString& value, Callback<void> done) override
    {
        written << key + u'=' + value;
        const auto checked = value.isEmpty() ? Result<std::string>(std::string())
                                             : checkSetting(key.toStdString(), value.toStdString());
        Settings settings(m_database);
        answer(checked ? (value.isEmpty() ? settings.remove(key.toStdString())
                                          : settings.set(key.toStdString(), *checked))
                       : Status(failure(checked.error())),
               done);
    }
    void putSecret(QObject*, const QString& kind, SecretBytes secret, Callback<void> done) override
    {
        secretKind = kind;
        secretSize = secret.size();
        answer({}, done);
    }
    void addSubmitter(QObject*, const QString& name, const QString& key, Callback<void> done) override
    {
        const auto parsed = parseEd25519PublicKey(key.toStdString());
        if (!parsed) {
            return answer(failure(parsed.error()), done);
        }
        m_database.handle().exec("INSERT INTO submitter (name, public_key, created_at) VALUES ('" +
                                 name.toStdString() + "', x'" + toHex(*parsed) + "', " +
                                 std::to_string(fixtureNow) + ")");
        answer({}, done);
    }
    void removeSubmitter(QObject*, const QString& name, Callback<void> done) override
    {
        m_database.handle().exec("DELETE FROM submitter WHERE name = '" + name.toStdString() + "'");
        answer({}, done);
    }

    void find(const SettingsTrust& trust) { setTrust(trust); }

    bool ready = true;
    QStringList written;
    QString secretKind;
    std::size_t secretSize = 0;

private:
    void answer(const Status& status, const Callback<void>& done)
    {
        done(status);
        if (status) {
            Q_EMIT changed();
        }
    }

    Database& m_database;
};

}  // namespace

class SettingsPageTest : public QObject
{
    Q_OBJECT

private:
    struct Desk
    {
        ProfileFixture profile{{.wallets = 1}};
        ProfileReader reader{profile.databaseFile()};
        FakeSettings control{profile.database()};
        SettingsPage page{reader, control};

        Desk()
        {
            page.resize(1000, 800);
            page.show();
            page.start();
        }
        std::string value(std::string_view key)
        {
            return Settings(profile.database()).get(key)->value_or("none");
        }
    };

    static void rest(Desk& desk) { QTRY_VERIFY_WITH_TIMEOUT(desk.page.isSettled(), patienceMs); }

    static SettingRow* row(Desk& desk, const char* key)
    {
        for (auto* one : desk.page.findChildren<SettingRow*>()) {
            if (one->key() == QLatin1String(key)) {
                return one;
            }
        }
        return nullptr;
    }

private Q_SLOTS:
    void initTestCase()
    {
        initialiseSodium();
        Theme::instance().apply(Theme::Mode::Light);
    }

    /// What somebody else changed is shown with its value, and an operator who has looked at it can keep it.
    void showsWhatWasChangedElsewhere()
    {
        Desk desk;
        rest(desk);
        QVERIFY(desk.page.doubts()->isHidden());
        desk.profile.database().handle().exec(
            "INSERT INTO setting VALUES ('api.base', 'https://evil.example')");
        desk.control.find({{{"setting", "api.base", TrustFinding::What::Changed},
                            {"setting", "enclave.pcr8", TrustFinding::What::Removed},
                            {"submitter", "shop", TrustFinding::What::Added}},
                           {}});
        desk.page.refresh();
        rest(desk);
        QVERIFY(!desk.page.doubts()->isHidden());
        QString words;
        for (const QLabel* label : desk.page.doubts()->findChildren<QLabel*>()) {
            words += label->text();
        }
        for (const char* part : {"api.base", "https://evil.example", "enclave.pcr8", "shop"}) {
            QVERIFY(words.contains(QLatin1String(part)));
        }
        const auto button = [&](const char* name) -> QPushButton* {
            for (auto* one : desk.page.doubts()->findChildren<QPushButton*>()) {
                if (one->accessibleName() == QLatin1String(name)) {
                    return one;
                }
            }
            return nullptr;
        };
        QVERIFY(button("The value of api.base is right") != nullptr);
        desk.control.written.clear();
        button("The value of api.base is right")->click();
        button("Leave enclave.pcr8 out")->click();
        QCOMPARE(desk.control.written, (QStringList{QStringLiteral("api.base=https://evil.example"),
                                                    QStringLiteral("enclave.pcr8=")}));
        desk.control.find({{}, QStringLiteral("Nothing can be vouched for.")});
        rest(desk);
        QVERIFY(!desk.page.doubts()->isHidden());
        desk.control.find({});
        QVERIFY(desk.page.doubts()->isHidden());
    }

    void saysWhatLeavesTheMachine()
    {
        Desk desk;
        rest(desk);
        QStringList words;
        for (const QLabel* label : desk.page.engine()->findChildren<QLabel*>()) {
            words << label->text();
        }
        const QString all = words.join(u'\n');
        QVERIFY(all.contains(QStringLiteral("your key share never leaves it")));
        QVERIFY(all.contains(
            QStringLiteral("Dynamic has not confirmed this way (forward MPC) for delegated wallets")));
    }

    void changesTheEngine()
    {
        Desk desk;
        rest(desk);
        QVERIFY(desk.page.engine()->choice(defaultEngine())->isChecked());
        desk.page.engine()->choice(EngineKind::Enclave)->click();
        QCOMPARE(desk.value("engine"), std::string("enclave"));
        QStringList words;
        for (const QLabel* label : desk.page.engine()->findChildren<QLabel*>()) {
            words << (label->isVisible() ? label->text() : QString());
        }
        QVERIFY(words.join(u'\n').contains(QStringLiteral("lowers safety")));
        rest(desk);
        QVERIFY(desk.page.engine()->choice(EngineKind::Enclave)->isChecked());
    }

    void badValuesAreRefusedInPlace()
    {
        Desk desk;
        rest(desk);
        SettingRow* base = row(desk, "api.base");
        QVERIFY(!base->saveButton()->isVisible());
        base->setText(QStringLiteral("http://example.org"));
        base->saveButton()->click();
        QVERIFY(!base->problem().isEmpty());
        QCOMPARE(desk.value("api.base"), std::string("none"));
        base->setText(QStringLiteral("https://example.org"));
        base->saveButton()->click();
        QVERIFY(base->problem().isEmpty());
        QCOMPARE(desk.value("api.base"), std::string("https://example.org"));
        QVERIFY(!base->saveButton()->isVisible());
    }

    void verifyingByItselfIsOffUntilItIsSet()
    {
        Desk desk;
        rest(desk);
        SettingRow* schedule = row(desk, "verify.schedule");
        QVERIFY(schedule->text().isEmpty());
        schedule->setText(QStringLiteral("often"));
        schedule->saveButton()->click();
        QVERIFY(!schedule->problem().isEmpty());
        schedule->setText(QStringLiteral("24"));
        schedule->saveButton()->click();
        QCOMPARE(desk.value("verify.schedule"), std::string("24"));
        QVERIFY(row(desk, "dynamic.webhook") != nullptr);
        QVERIFY(row(desk, "explorer.evm") != nullptr && row(desk, "explorer.solana") != nullptr);
        QVERIFY(row(desk, "descriptors.folder") != nullptr);
    }

    void aRefreshKeepsWhatIsBeingTyped()
    {
        Desk desk;
        rest(desk);
        SettingRow* pcr = row(desk, "enclave.pcr8");
        pcr->setText(QStringLiteral("abc"));
        desk.page.refresh();
        rest(desk);
        QCOMPARE(pcr->text(), QStringLiteral("abc"));
    }

    void nodesComeAndGo()
    {
        Desk desk;
        rest(desk);
        RpcGroup& rpc = *desk.page.rpc();
        QVERIFY(!rpc.addButton()->isEnabled());
        rpc.newChain()->setText(QStringLiteral("8453"));
        rpc.newUrl()->setText(QStringLiteral("http://node.example"));
        rpc.addButton()->click();
        QVERIFY(!rpc.problem().isEmpty());
        rpc.newUrl()->setText(QStringLiteral("https://node.example"));
        rpc.addButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(rpc.chains(), QStringList{QStringLiteral("8453")}, patienceMs);
        QVERIFY(rpc.newChain()->text().isEmpty());
        rpc.removeButton(QStringLiteral("8453"))->click();
        QTRY_VERIFY_WITH_TIMEOUT(rpc.chains().isEmpty(), patienceMs);
        row(desk, "rpc.confirmations")->setText(QStringLiteral("1"));
        QVERIFY(row(desk, "rpc.confirmations")->warning().contains(QStringLiteral("lowers safety")));
    }

    void submittersAreConfirmedBeforeTheyGo()
    {
        Desk desk;
        rest(desk);
        SubmittersGroup& group = *desk.page.submitters();
        group.nameField()->setText(QStringLiteral("payouts"));
        group.keyField()->setText(QStringLiteral("zz"));
        group.addButton()->click();
        QVERIFY(!group.problem().isEmpty());
        // RFC 8032's first test key.
        group.keyField()->setText(
            QStringLiteral("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));
        group.addButton()->click();
        const auto button = [&](const QString& text) -> QPushButton* {
            for (auto* one : group.findChildren<QPushButton*>()) {
                if (one->text() == text) {
                    return one;
                }
            }
            return nullptr;
        };
        QTRY_VERIFY_WITH_TIMEOUT(button(QStringLiteral("Remove …")) != nullptr, patienceMs);
        QVERIFY(!button(QStringLiteral("Remove payouts"))->isVisible());
        button(QStringLiteral("Remove …"))->click();
        QCOMPARE(Submitters::rows(desk.profile.database())->size(), std::size_t(1));
        button(QStringLiteral("Remove payouts"))->click();
        QCOMPARE(Submitters::rows(desk.profile.database())->size(), std::size_t(0));
    }

    void tokensGoInAndNeverOut()
    {
        Desk desk;
        rest(desk);
        SecretRow& token = *desk.page.dynamic()->token();
        QVERIFY(!token.saveButton()->isEnabled());
        QTest::keyClicks(token.field(), QStringLiteral("dyn_secret"));
        token.saveButton()->click();
        QCOMPARE(desk.control.secretKind, QStringLiteral("api-token"));
        QCOMPARE(desk.control.secretSize, std::size_t(10));
        QVERIFY(token.field()->isEmpty());
    }

    void searchNarrows()
    {
        Desk desk;
        rest(desk);
        desk.page.searchField()->setText(QStringLiteral("pcr8"));
        QVERIFY(desk.page.engine()->isVisible());
        QVERIFY(!desk.page.rpc()->isVisible());
        desk.page.searchField()->setText(QStringLiteral("nothing like it"));
        QVERIFY(!desk.page.engine()->isVisible());
        desk.page.searchField()->clear();
        QVERIFY(desk.page.rpc()->isVisible());
    }

    void lockedProfilesChangeNothing()
    {
        Desk desk;
        rest(desk);
        desk.control.ready = false;
        Q_EMIT desk.control.readyChanged();
        QVERIFY(!desk.page.engine()->choice(EngineKind::Enclave)->isEnabled());
        SettingRow* base = row(desk, "api.base");
        base->setText(QStringLiteral("https://example.org"));
        QVERIFY(!base->saveButton()->isEnabled());
    }
};

COUNTERSIGN_GUI_TEST(SettingsPageTest)
#include "SettingsPage_test.moc"
