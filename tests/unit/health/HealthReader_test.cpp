#include "core/health/HealthReader.h"

#include "tests/support/TestProgram.h"
#include "tests/unit/health/HealthScene.h"

#include <set>

using namespace countersign;
using namespace countersign::testing;
using namespace Qt::StringLiterals;

class HealthReaderTest : public QObject
{
    Q_OBJECT

private:
    static QString about(const char* id, const std::string& walletId)
    {
        return QString::fromLatin1(id) + u' ' + QString::fromStdString(walletId);
    }

private Q_SLOTS:
    void aHealthyProfileHasNothing()
    {
        HealthScene scene(5);
        QCOMPARE(scene.texts({.severity = HealthSeverity::Info}).size(), 5);  // never used
        scene.useAll();
        scene.put(goodEnvironment(fixtureNow));
        QCOMPARE(scene.texts(), QStringList());
        const auto summary = scene.reader().summary().value();
        QCOMPARE(summary.byStatus.at("active"), 5);
        QCOMPARE(summary.byStatus.at("revoked"), 0);
        QCOMPARE(summary.neverVerified, 5);
        QVERIFY(!summary.lastVerifiedAt && summary.environmentCheckedAt == fixtureNow);
        QVERIFY(scene.reader().counts()->empty());
    }

    void everyKindOfTroubleOfAWallet()
    {
        HealthScene scene(60, false);
        scene.useAll();
        std::set<std::string_view> rules;
        for (const HealthFinding& finding : scene.findings()) {
            rules.insert(toText(finding.rule));
            QVERIFY(finding.walletId.has_value());
        }
        QCOMPARE(rules, (std::set<std::string_view>{"wallet.undecryptable", "wallet.passwordProtected",
                                                    "wallet.addressMismatch", "wallet.credentialRefused"}));
    }

    void whatDynamicAnsweredCounts()
    {
        HealthScene scene(8);
        scene.useAll();
        const auto verdict = [&](int row, WalletVerdict said, const char* change = "") {
            scene.put(WalletCheck{scene.walletAt(row), said, "", change, fixtureNow});
            return scene.walletAt(row);
        };
        const auto differs = verdict(1, WalletVerdict::AddressDiffers);
        const auto chain = verdict(2, WalletVerdict::ChainDiffers);
        const auto absent = verdict(3, WalletVerdict::NotFound);
        const auto ended = verdict(4, WalletVerdict::NoDelegation);
        const auto refused = verdict(5, WalletVerdict::Refused);
        const auto pending = verdict(6, WalletVerdict::Ok, "revokeOnNextSignOn");
        verdict(7, WalletVerdict::Ok);
        const QStringList expected = {
            about("wallet.addressMismatch", differs),   about("wallet.addressMismatch", chain),
            about("wallet.revokedAtDynamic", absent),   about("wallet.revokedAtDynamic", ended),
            about("wallet.credentialRefused", refused), about("wallet.pendingChange", pending)};
        QCOMPARE(scene.texts(), expected);
        QCOMPARE(scene.reader().summary()->neverVerified, 1);
        // Of an earlier delegation, and of one that is over: nothing.
        scene.run("UPDATE wallet SET received_at = " + std::to_string(fixtureNow + 1) + " WHERE id <= 3");
        scene.run("UPDATE wallet SET status = 'revoked', health = 'revoked' WHERE id > 3");
        QCOMPARE(scene.texts(), QStringList());
    }

    void whatNeverCameIsTold()
    {
        HealthScene scene(2);
        scene.useAll();
        scene.put(WalletCheck{"elsewhere", WalletVerdict::Ok, "", "", fixtureNow});
        scene.put(WalletCheck{"gone", WalletVerdict::NoDelegation, "", "", fixtureNow});
        scene.put(WalletCheck{scene.walletAt(1), WalletVerdict::Ok, "", "", fixtureNow});
        QCOMPARE(scene.texts(), QStringList{u"wallet.neverReceived elsewhere"_s});
        const auto rows = scene.reader().rows(*scene.reader().ids({}));
        QCOMPARE(rows->size(), 1U);
        QCOMPARE(rows->front().subject, std::string("elsewhere"));
    }

    void ageAndUse()
    {
        HealthScene scene(3);
        scene.run("UPDATE wallet SET received_at = " + std::to_string(fixtureNow - 11 * 86'400'000LL) +
                  " WHERE id = 2");
        scene.run("UPDATE wallet SET received_at = " + std::to_string(fixtureNow) + " WHERE id <> 2");
        QCOMPARE(scene.texts({.rule = HealthRule::WalletOld}), QStringList());
        scene.question.limits.maxAge = std::chrono::days(10);
        QCOMPARE(scene.texts({.rule = HealthRule::WalletOld}),
                 QStringList{about("wallet.old", scene.walletAt(2))});
        scene.question.limits.maxAge = std::chrono::days(11);
        QCOMPARE(scene.texts({.rule = HealthRule::WalletOld}), QStringList());
        QCOMPARE(scene.texts({.rule = HealthRule::WalletNeverUsed}).size(), 3);
        scene.useAll();
        scene.run("UPDATE job SET signature = NULL WHERE wallet_id = '" + scene.walletAt(1) + '\'');
        QCOMPARE(scene.texts({.rule = HealthRule::WalletNeverUsed}),
                 QStringList{about("wallet.neverUsed", scene.walletAt(1))});
    }

    void factsOfTheProfile()
    {
        HealthScene scene(1);
        scene.useAll();
        scene.question.tampered = {{"setting", "relay.url", TrustFinding::What::Changed}};
        scene.profile.setContact(fixtureNow - 3'600'000, "no answer");
        scene.run(
            "INSERT INTO rsa_key (kid, bits, origin, public_pem, fingerprint, sealed, created_at) VALUES "
            "('old', 3072, 'generated', '', 'x', x'00', 1)");
        scene.run("UPDATE delivery SET received_at = stored_at + 120000");
        QCOMPARE(scene.texts(),
                 (QStringList{u"settings.tampered"_s, u"relay.stale"_s, u"clock.skew"_s, u"key.old"_s}));
        scene.put(goodEnvironment(fixtureNow));
        QCOMPARE(scene.texts({.rule = HealthRule::KeyUnregistered}), QStringList{u"key.unregistered"_s});
        // Whoever writes the file must not stop the board.
        scene.run("UPDATE environment_check SET report = '{'");
        QCOMPARE(scene.texts({.rule = HealthRule::KeyUnregistered}), QStringList());
        QCOMPARE(scene.texts({.severity = HealthSeverity::Error}),
                 QStringList{u"settings.delegation.disabled"_s});
        scene.run("DELETE FROM setting");
        QCOMPARE(scene.texts({.rule = HealthRule::RelayStale}), QStringList());
    }

    void pagesByKeyInTheOrderOfGravity()
    {
        HealthScene scene(200, false);
        scene.question.tampered = {{"setting", "relay.url", TrustFinding::What::Changed}};
        const auto all = scene.findings();
        QVERIFY(std::ranges::is_sorted(all, {},
                                       [](const HealthFinding& f) { return std::pair(f.severity, f.rule); }));
        const auto ids = scene.reader().ids({});
        QCOMPARE(ids->size(), all.size());
        QCOMPARE(std::set<std::int64_t>(ids->begin(), ids->end()).size(), all.size());
        const auto first = scene.reader().firstRows({}, 7);
        QCOMPARE(first->size(), 7U);
        for (std::size_t i = 0; i < first->size(); ++i) {
            QCOMPARE((*first)[i].id, (*ids)[i]);
            QCOMPARE((*first)[i].title, all[i].title);
        }
        std::int64_t counted = 0;
        const auto counts = scene.reader().counts().value();
        for (const auto& [kind, count] : counts) {
            counted += count;
        }
        QCOMPARE(counted, static_cast<std::int64_t>(all.size()));
        QCOMPARE(scene.reader().rows(std::vector<std::int64_t>(1001, 1)).error().code,
                 ErrorCode::InvalidInput);
        QVERIFY(scene.reader()
                    .rows(std::vector<std::int64_t>{walletFindingId(HealthRule::WalletOld, 99'999), -5, 0})
                    ->empty());
    }

    /// A list that is open shows what is wrong now, not what was when it was read.
    void whatIsMendedIsGone()
    {
        HealthScene scene(60, false);
        scene.question.limits.maxAge = std::chrono::days(1);
        scene.question.now = fixtureNow + 2 * 86'400'000LL;
        for (int row = 1; row <= 4; ++row) {
            scene.put(WalletCheck{scene.walletAt(row), WalletVerdict::NoDelegation, "", "revokeOnNextSignOn",
                                  fixtureNow});
        }
        const auto known = scene.reader().ids({}).value();
        QCOMPARE(scene.reader().rows(known)->size(), known.size());
        scene.useAll();
        scene.run("UPDATE wallet SET health = 'ok', status = 'active', received_at = " +
                  std::to_string(scene.question.now));
        const auto left = scene.reader().rows(known).value();
        QVERIFY(std::ranges::none_of(left, [](const HealthFinding& one) { return isWalletRule(one.rule); }));
        const auto counts = scene.reader().counts().value();
        for (const auto& [kind, count] : counts) {
            QVERIFY2(!isWalletRule(kind.second), std::string(toText(kind.second)).c_str());
        }
        scene.question.limits.maxAge.reset();
        QVERIFY(scene.reader().rows(std::vector{walletFindingId(HealthRule::WalletOld, 1)})->empty());
    }

    void filtersNarrow()
    {
        HealthScene scene(100, false);
        scene.question.tampered = {{"setting", "relay.url", TrustFinding::What::Changed}};
        for (const HealthFinding& finding : scene.findings({.severity = HealthSeverity::Critical})) {
            QCOMPARE(finding.severity, HealthSeverity::Critical);
        }
        const std::string id =
            scene.findings({.rule = HealthRule::WalletUndecryptable}).front().walletId.value();
        QCOMPARE(scene.texts({.text = id.substr(0, 20)}), QStringList{about("wallet.undecryptable", id)});
        QCOMPARE(scene.texts({.text = "RELAY.URL"}), QStringList{u"settings.tampered"_s});
        QCOMPARE(scene.texts({.text = "100%_"}), QStringList());
        QVERIFY(!scene.reader().ids({.text = std::string(600, 'x')}));
    }

    void keysAndWhoNeedsThem()
    {
        HealthScene scene(40, false);
        scene.run("UPDATE delegation SET kid = 'key-1' WHERE state = 'current'");
        scene.run(
            "INSERT INTO rsa_key (kid, bits, origin, public_pem, fingerprint, sealed, created_at) VALUES "
            "('key-1', 3072, 'generated', '', 'print-1', x'00', 1), ('spare', 3072, 'imported', '', "
            "'print-2', x'00', 2)");
        scene.put(goodEnvironment(fixtureNow));
        const auto uses = scene.reader().keyUse().value();
        QCOMPARE(uses.size(), 3U);
        QCOMPARE(uses[0].kid, std::string("key-1"));
        QVERIFY(uses[0].isHere && uses[0].isRegistered == true && uses[0].opened > 0 && uses[0].waiting == 0);
        QVERIFY(!uses[1].isHere && !uses[1].isRegistered && uses[1].waiting > 0);
        QCOMPARE(uses[2].kid, std::string("spare"));
        QVERIFY(uses[2].isRegistered == false && uses[2].opened == 0);
    }
};

COUNTERSIGN_GUILESS_TEST(HealthReaderTest)
#include "HealthReader_test.moc"
