#include "ui/pages/wallets/HealthPage.h"

#include "core/delegation/WalletCatalog.h"
#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/support/fixtures/profile/ProfileFixture.h"
#include "tests/ui/FakeInspectionControl.h"
#include "ui/export/ExportButton.h"
#include "ui/export/ExportDialog.h"
#include "ui/inspection/InspectionPanel.h"
#include "ui/inspection/ReconcileDialog.h"
#include "ui/models/query/HealthQuery.h"
#include "ui/pages/dialogs/KeyUseDialog.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QSignalSpy>
#include <QTest>

#include <set>

using namespace countersign;
using countersign::testing::FakeInspectionControl;
using countersign::testing::fixtureNow;
using countersign::testing::ProfileFixture;

namespace {

struct HealthPageScene
{
    explicit HealthPageScene(int wallets, bool healthy = false)
        : profile({.wallets = wallets, .healthy = healthy})
    {}

    void start()
    {
        page.resize(1000, 700);
        page.start();
        QTRY_VERIFY_WITH_TIMEOUT(isSettled(), patienceMs);
    }
    bool isSettled() const { return reader.isIdle() && page.isSettled(); }

    ProfileFixture profile;
    ManualClock clock{fixtureNow};
    ProfileReader reader{profile.databaseFile()};
    WindowState state{profile.folder()};
    HealthPage page{reader, clock, state};
};

}  // namespace

class HealthPageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void dynamicIsAskedFromHere()
    {
        HealthPageScene scene(3);
        FakeInspectionControl control;
        scene.page.setInspection(control);
        scene.start();
        scene.page.inspection()->verifyButton()->click();
        QCOMPARE(control.asked, QStringList(QStringLiteral("all")));
        ReconcileDialog* dialog = scene.page.openReconcile();
        dialog->compareButton()->click();
        QCOMPARE(control.reconciled.size(), std::size_t{1});
        // A week by the page's clock.
        QCOMPARE(control.reconciled.front().since, fixtureNow - 7LL * 24 * 3600 * 1000);
    }

    void queriesAreUnderstoodOrNamed()
    {
        const auto query =
            HealthQuery::parse(QStringLiteral("severity:critical kind:wallet.neverused age:90 0x5 2"));
        QVERIFY(query.complaint.isEmpty());
        QCOMPARE(query.filter.severity, std::optional(HealthSeverity::Critical));
        QCOMPARE(query.filter.rule, std::optional(HealthRule::WalletNeverUsed));
        QCOMPARE(query.maxAge, std::optional(std::chrono::days(90)));
        QCOMPARE(query.filter.text, std::string("0x52"));
        for (const char* text :
             {"severity:", "severity:bad", "kind:wallet", "age:0", "age:x", "age:999999"}) {
            QVERIFY2(HealthQuery::parse(QLatin1String(text)).complaint.contains(QLatin1String(text)), text);
        }
    }

    void showsWhatIsWrongTheGravestFirst()
    {
        HealthPageScene scene(60);
        const QAbstractItemModelTester tester(scene.page.model(),
                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        scene.start();
        HealthModel& model = *scene.page.model();
        QVERIFY(model.rowCount() > 40);
        QTRY_VERIFY_WITH_TIMEOUT(model.rowAt(0) != nullptr, patienceMs);
        QCOMPARE(model.rowAt(0)->severity, HealthSeverity::Critical);
        QCOMPARE(scene.page.states()->bars().size(), 4);
        QCOMPARE(scene.page.gravity()->bars().size(), 3);
        qint64 findings = 0;
        for (const BarChart::Bar& bar : scene.page.gravity()->bars()) {
            findings += bar.count;
        }
        QCOMPARE(findings, model.rowCount());
    }

    void chartsFilterAndLead()
    {
        HealthPageScene scene(60);
        scene.start();
        const QSignalSpy wallets(&scene.page, &HealthPage::walletsWanted);
        Q_EMIT scene.page.states()->barChosen(QStringLiteral("unusable"));
        QCOMPARE(wallets.at(0).at(0).toString(), QStringLiteral("status:unusable"));
        const int all = scene.page.model()->rowCount();
        Q_EMIT scene.page.gravity()->barChosen(QStringLiteral("critical"));
        QCOMPARE(scene.page.filterField()->text(), QStringLiteral("severity:critical"));
        QTRY_VERIFY_WITH_TIMEOUT(scene.isSettled(), patienceMs);
        QVERIFY(scene.page.model()->rowCount() > 0 && scene.page.model()->rowCount() < all);
    }

    void everyFindingSaysWhatMendsIt()
    {
        HealthPageScene scene(60);
        scene.page.setTrust(
            {.findings = {{"setting", "relay.url", TrustFinding::What::Changed}}, .problem = {}});
        scene.start();
        const QSignalSpy settings(&scene.page, &HealthPage::settingsWanted);
        const QSignalSpy wallet(&scene.page, &HealthPage::walletWanted);
        const QSignalSpy quarantine(&scene.page, &HealthPage::quarantineWanted);
        const auto mend = [&](const char* filter) {
            scene.page.setFilterText(QLatin1String(filter));
            QTRY_VERIFY_WITH_TIMEOUT(scene.isSettled() && scene.page.model()->rowCount() > 0, patienceMs);
            scene.page.select(scene.page.model()->idAt(0));
            QTRY_VERIFY_WITH_TIMEOUT(scene.isSettled(), patienceMs);
            scene.page.detail()->mend();
        };
        mend("kind:settings.tampered");
        mend("kind:wallet.addressmismatch");
        mend("kind:wallet.undecryptable");
        QCOMPARE(settings.size(), 1);
        QCOMPARE(wallet.size(), 1);
        QVERIFY(wallet.at(0).at(0).toLongLong() > 0);
        QCOMPARE(quarantine.at(0).at(0).toString(), QStringLiteral("reason:undecryptable"));
    }

    /// Every rule leads to where it is mended in the window, or its sentence says how it is mended.
    void everyRuleHasItsButtonOrItsWords()
    {
        const std::set<HealthRule> elsewhere = {
            HealthRule::WalletNeverReceived, HealthRule::DelegationDisabled, HealthRule::WebhookDisabled,
            HealthRule::WebhookEvents,       HealthRule::WebhookUrl,         HealthRule::ClockSkew};
        for (const HealthRule rule : allHealthRules()) {
            const std::string id(toText(rule));
            QVERIFY2((mendPlace(rule) == MendPlace::Nowhere) == elsewhere.contains(rule), id.c_str());
            QVERIFY2(!isMendedByRevoking(rule) || isWalletRule(rule), id.c_str());
        }
    }

    void aFindingIsMendedByRevoking()
    {
        HealthPageScene scene(60);
        scene.start();
        const QSignalSpy revoke(&scene.page, &HealthPage::revokeWanted);
        const auto select = [&](const char* filter) {
            scene.page.setFilterText(QLatin1String(filter));
            QTRY_VERIFY_WITH_TIMEOUT(scene.isSettled() && scene.page.model()->rowCount() > 0, patienceMs);
            scene.page.select(scene.page.model()->idAt(0));
            QTRY_VERIFY_WITH_TIMEOUT(scene.isSettled(), patienceMs);
        };
        HealthDetail& detail = *scene.page.detail();
        select("kind:wallet.addressmismatch");
        QVERIFY(detail.revokeButton()->isVisibleTo(&detail) && !detail.revokeButton()->isEnabled());
        detail.setRevokingAllowed(true);
        detail.revokeButton()->click();
        QCOMPARE(revoke.size(), 1);
        QVERIFY(!revoke.at(0).at(0).toString().isEmpty());
        select("kind:wallet.undecryptable");
        QVERIFY(!detail.revokeButton()->isVisibleTo(&detail));
    }

    void whatCouldNotBeCheckedCanBeChosen()
    {
        HealthPageScene scene(3);
        const auto boxes = scene.page.findChildren<QComboBox*>();
        QVERIFY(std::ranges::any_of(
            boxes, [](const QComboBox* box) { return box->findData(QStringLiteral("error")) >= 0; }));
    }

    void ageIsOfTheOperator()
    {
        HealthPageScene scene(20, true);
        scene.start();
        scene.page.setFilterText(QStringLiteral("kind:wallet.old"));
        QTRY_VERIFY_WITH_TIMEOUT(scene.isSettled(), patienceMs);
        QCOMPARE(scene.page.model()->rowCount(), 0);
        scene.clock.advance(std::chrono::hours(24 * 400));
        scene.page.setFilterText(QStringLiteral("kind:wallet.old age:90"));
        QTRY_VERIFY_WITH_TIMEOUT(scene.isSettled(), patienceMs);
        QCOMPARE(scene.page.model()->rowCount(), 20);
    }

    void keysLeadToTheirWallets()
    {
        HealthPageScene scene(40);
        scene.start();
        const QSignalSpy wallets(&scene.page, &HealthPage::walletsWanted);
        KeyUseDialog* keys = scene.page.openKeys();
        QTRY_VERIFY_WITH_TIMEOUT(keys->isSettled(), patienceMs);
        QCOMPARE(keys->table()->rowCount(), 1);
        keys->showWallets();
        QCOMPARE(wallets.at(0).at(0).toString(), QStringLiteral("key:dynamic_rsa_7fQ2kd0a"));
        const auto ids = WalletCatalog(scene.profile.database()).ids({.key = "DYNAMIC_rsa_7fq2kd0a"}, {});
        QVERIFY(ids && !ids->empty() && ids->size() < 40U);
    }

    void reportsAreWritten()
    {
        HealthPageScene scene(30);
        scene.start();
        const QTemporaryDir folder;
        for (const QString& format :
             {QStringLiteral("html"), QStringLiteral("csv"), QStringLiteral("json")}) {
            const QString file = folder.filePath(QStringLiteral("health.") + format);
            ExportDialog* dialog = scene.page.exportButton()->exportTo(file, format);
            QVERIFY(dialog != nullptr);
            QTRY_VERIFY_WITH_TIMEOUT(!dialog->task().isRunning(), patienceMs);
            QVERIFY2(QFile::exists(file), qPrintable(dialog->sentence()));
            delete dialog;
        }
        QVERIFY(scene.page.exportButton()->exportTo(folder.filePath(QStringLiteral("x")),
                                                    QStringLiteral("pdf")) == nullptr);
    }

    void nothingWrongIsSaid()
    {
        HealthPageScene scene(0);
        scene.start();
        QCOMPARE(scene.page.model()->rowCount(), 0);
        QVERIFY(!scene.page.isDetailShown());
    }
};

COUNTERSIGN_GUI_TEST(HealthPageTest)
#include "HealthPage_test.moc"
