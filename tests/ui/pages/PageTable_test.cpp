#include "ui/pages/frame/PageTable.h"

#include "tests/support/Patience.h"
#include "tests/support/TestProgram.h"
#include "tests/ui/ConsoleFixture.h"
#include "ui/pages/OverviewPage.h"
#include "ui/pages/SettingsPage.h"
#include "ui/pages/record/EventsPage.h"
#include "ui/pages/record/QuarantinePage.h"
#include "ui/pages/signing/JobsPage.h"
#include "ui/pages/wallets/HealthPage.h"
#include "ui/pages/wallets/RevocationsPage.h"
#include "ui/pages/wallets/WalletsPage.h"
#include "ui/revocation/WaitingRevocations.h"
#include "ui/theme/Icons.h"

#include <QSet>
#include <QTest>

using namespace countersign;
using namespace countersign::testing;

namespace {

/// Remembers where the pages led.
class FakeNavigator : public Navigator
{
public:
    void showPage(QLatin1StringView name) override { led << QString(name); }
    void showFiltered(QLatin1StringView name, const QString& filter) override
    {
        led << QString(name) + u'?' + filter;
    }
    void showRow(QLatin1StringView name, std::int64_t id) override
    {
        led << QString(name) + u'#' + QString::number(id);
    }
    ReviewDialog* openReview(const QString& jobId) override
    {
        led << QStringLiteral("review ") + jobId;
        return nullptr;
    }
    void startRejecting(const QString& jobId) override { led << QStringLiteral("reject ") + jobId; }
    void approveSeveral(const std::vector<std::int64_t>& rows) override
    {
        led << QStringLiteral("several ") + QString::number(rows.size());
    }
    void compose(const QString& walletId) override { led << QStringLiteral("compose ") + walletId; }
    void revoke(const WalletSelection& selection) override
    {
        const auto* rows = std::get_if<std::vector<std::int64_t>>(&selection);
        const auto* ids = std::get_if<std::vector<std::string>>(&selection);
        led << QStringLiteral("revoke ") + (rows != nullptr  ? QString::number(rows->size())
                                            : ids != nullptr ? QString::fromStdString(ids->front())
                                                             : QStringLiteral("filter"));
    }
    void showRevocation(const QString& revocationId) override
    {
        led << QStringLiteral("revocation ") + revocationId;
    }
    void chooseJobFile() override { led << QStringLiteral("choose"); }
    void openJobFile(const QString& file) override { led << QStringLiteral("file ") + file; }

    QStringList led;
};

/// Everything a page is made of, on a profile with a few wallets.
struct Surroundings
{
    Page* make(QLatin1StringView name)
    {
        const auto index = static_cast<std::size_t>(PageTable::indexOf(QString(name)).value());
        pages.emplace_back(PageTable::rows()[index].make({session, reader, state, navigator}));
        return pages.back().get();
    }
    template <typename PageClass>
    PageClass& make()
    {
        return *qobject_cast<PageClass*>(make(PageClass::pageName));
    }

    ProfileFixture profile{{.wallets = 12, .passphrase = false}};
    ManualClock clock{fixtureNow};
    ProfileSession session{sessionParts(profile.folder(), clock)};
    ProfileReader reader{ProfilePaths(profile.folder()).database()};
    WindowState state{profile.folder()};
    FakeNavigator navigator;
    std::vector<std::unique_ptr<Page>> pages;
};

}  // namespace

/// Every row of the table keeps what the window relies on.
class PageTableTest : public QObject
{
    Q_OBJECT

private:
    static void addRows()
    {
        QTest::addColumn<int>("index");
        for (const PageTable::Row& row : PageTable::rows()) {
            QTest::addRow("%s", row.name.data()) << PageTable::indexOf(QString(row.name)).value_or(-1);
        }
    }
    static const PageTable::Row& row()
    {
        QFETCH(int, index);
        return PageTable::rows()[static_cast<std::size_t>(index)];
    }

private Q_SLOTS:
    void namesIconsAndTitlesAreUnique()
    {
        QSet<QString> names;
        QSet<QString> icons;
        QSet<QString> titles;
        QSet<QChar> mnemonics;
        for (const PageTable::Row& each : PageTable::rows()) {
            names << QString(each.name);
            icons << QString(each.icon);
            titles << each.title();
            const QString menu = each.menuTitle();
            QCOMPARE(menu.count(u'&'), 1);
            mnemonics << menu.at(menu.indexOf(u'&') + 1).toLower();
        }
        const auto rows = static_cast<qsizetype>(PageTable::rows().size());
        QCOMPARE(names.size(), rows);
        QCOMPARE(icons.size(), rows);
        QCOMPARE(titles.size(), rows);
        QCOMPARE(mnemonics.size(), rows);
        QVERIFY(rows <= PageTable::mostRows);
    }

    void iconExists_data() { addRows(); }
    void iconExists()
    {
        QVERIFY(QFile::exists(QStringLiteral(":/icons/%1.svg").arg(row().icon)));
        QVERIFY(!iconPixmap(row().icon, Qt::black, 20, 1).isNull());
    }

    void isFoundByItsName_data() { addRows(); }
    void isFoundByItsName()
    {
        QVERIFY(PageTable::indexOf(QString(row().name)).has_value());
        QVERIFY(!PageTable::indexOf(u"nowhere").has_value());
        QVERIFY(!PageTable::indexOf(u"").has_value());
        QVERIFY(PageTable::indexOf(QString(PageTable::usualPage())).has_value());
    }

    void countsAreCountedWhereThereAreSome_data() { addRows(); }
    void countsAreCountedWhereThereAreSome()
    {
        ProfileCounts counts;
        counts.wallets = 3;
        counts.events = 4;
        counts.quarantine.waiting = 5;
        counts.jobs.waiting = 6;
        counts.revocationsGoingOn = 7;
        if (row().count != nullptr) {
            QVERIFY(row().count(counts) > 0);
            QCOMPARE(row().count(ProfileCounts()), 0);
        } else {
            QVERIFY(!row().isForAttention);
        }
    }

    void pageAnswersTheWindow_data() { addRows(); }
    void pageAnswersTheWindow()
    {
        Surroundings surroundings;
        Page& page = *surroundings.make(row().name);
        QCOMPARE(page.title(), row().title());
        page.refresh();  // before start: reads nothing
        page.start();
        page.start();
        page.setCounts(ProfileCounts());
        page.setLiveness(surroundings.session.liveness().status(surroundings.clock.now()));
        QTRY_VERIFY_WITH_TIMEOUT(surroundings.reader.isIdle() && page.isSettled(), patienceMs);
        page.refresh();
        page.tick();
        page.repaintTimes();
        QTRY_VERIFY_WITH_TIMEOUT(surroundings.reader.isIdle() && page.isSettled(), patienceMs);
        page.focusContent();
        page.copySelection();
        page.select(1);
        page.saveState();
        while (page.goBack()) {
        }
        QVERIFY(surroundings.navigator.led.isEmpty());
    }

    void detailPaneOpensAndCloses_data() { addRows(); }
    void detailPaneOpensAndCloses()
    {
        Surroundings surroundings;
        Page& page = *surroundings.make(row().name);
        page.start();
        page.setDetailShown(false);
        QVERIFY(!page.isDetailShown());
        page.setDetailShown(true);
        QTRY_VERIFY_WITH_TIMEOUT(surroundings.reader.isIdle() && page.isSettled(), patienceMs);
        QVERIFY(page.hasDetail() || !page.isDetailShown());
    }

    void searchTakesTheFilter_data() { addRows(); }
    void searchTakesTheFilter()
    {
        Surroundings surroundings;
        Page& page = *surroundings.make(row().name);
        page.setFilterText(QStringLiteral("zzz"));
        bool isTyped = false;
        for (const auto* line : page.findChildren<QLineEdit*>()) {
            isTyped = isTyped || line->text() == QLatin1String("zzz");
        }
        QCOMPARE(isTyped, page.focusSearch());
    }

    void pagesLeadToEachOther()
    {
        Surroundings surroundings;
        QStringList& led = surroundings.navigator.led;
        auto& overview = surroundings.make<OverviewPage>();
        Q_EMIT overview.walletsWanted(QStringLiteral("is:problem"));
        Q_EMIT overview.quarantineWanted({});
        Q_EMIT overview.jobsWanted(QStringLiteral("is:waiting"));
        Q_EMIT overview.settingsWanted();
        QCOMPARE(led, (QStringList{QStringLiteral("wallets?is:problem"), QStringLiteral("quarantine?"),
                                   QStringLiteral("jobs?is:waiting"), QStringLiteral("settings")}));
        led.clear();
        auto& health = surroundings.make<HealthPage>();
        Q_EMIT health.walletWanted(3);
        Q_EMIT health.walletsWanted(QStringLiteral("status:active"));
        Q_EMIT health.quarantineWanted(QStringLiteral("reason:undecryptable"));
        Q_EMIT health.settingsWanted();
        QCOMPARE(led, (QStringList{QStringLiteral("wallets#3"), QStringLiteral("wallets?status:active"),
                                   QStringLiteral("quarantine?reason:undecryptable"),
                                   QStringLiteral("settings")}));
        led.clear();
        auto& jobs = surroundings.make<JobsPage>();
        Q_EMIT jobs.reviewWanted(QStringLiteral("j"));
        Q_EMIT jobs.rejectWanted(QStringLiteral("j"));
        Q_EMIT jobs.composeWanted();
        Q_EMIT jobs.fileWanted();
        Q_EMIT jobs.fileDropped(QStringLiteral("f"));
        QCOMPARE(led, (QStringList{QStringLiteral("review j"), QStringLiteral("reject j"),
                                   QStringLiteral("compose "), QStringLiteral("choose"),
                                   QStringLiteral("file f")}));
        led.clear();
        auto& wallets = surroundings.make<WalletsPage>();
        Q_EMIT wallets.deliveryChosen(7);
        Q_EMIT wallets.quarantineChosen();
        Q_EMIT wallets.helpWanted();
        Q_EMIT wallets.detail()->signWanted(QStringLiteral("w"));
        auto& events = surroundings.make<EventsPage>();
        Q_EMIT events.quarantineChosen();
        Q_EMIT events.jobChosen(QStringLiteral("k"));
        auto& quarantine = surroundings.make<QuarantinePage>();
        Q_EMIT quarantine.deliveryChosen(8);
        Q_EMIT quarantine.eventsWanted();
        QCOMPARE(led, (QStringList{QStringLiteral("events#7"), QStringLiteral("quarantine"),
                                   QStringLiteral("events"), QStringLiteral("compose w"),
                                   QStringLiteral("quarantine"), QStringLiteral("review k"),
                                   QStringLiteral("events#8"), QStringLiteral("events")}));
    }

    void revokingIsReachedFromWhereWalletsAre()
    {
        Surroundings surroundings;
        QStringList& led = surroundings.navigator.led;
        auto& wallets = surroundings.make<WalletsPage>();
        Q_EMIT wallets.detail()->revokeWanted(3);
        Q_EMIT wallets.revokeWanted(WalletFilter());
        Q_EMIT wallets.detail()->revocationChosen(QStringLiteral("r"));
        Q_EMIT wallets.detail()->jobChosen(QStringLiteral("j"));
        auto& overview = surroundings.make<OverviewPage>();
        auto* waiting = overview.findChild<WaitingRevocations*>();
        Q_EMIT waiting->revocationChosen(QStringLiteral("s"));
        Q_EMIT waiting->listWanted();
        auto& revocations = surroundings.make<RevocationsPage>();
        Q_EMIT revocations.revokeWanted(QStringLiteral("v"));
        Q_EMIT revocations.walletsWanted();
        QCOMPARE(led, (QStringList{QStringLiteral("revoke 1"), QStringLiteral("revoke filter"),
                                   QStringLiteral("revocation r"), QStringLiteral("review j"),
                                   QStringLiteral("revocation s"), QStringLiteral("revocations"),
                                   QStringLiteral("revoke v"), QStringLiteral("wallets")}));
    }

    void whatADeliveryIsAboutIsAskedFirst()
    {
        Surroundings surroundings;
        QStringList& led = surroundings.navigator.led;
        // No delivery of the fixture is about a job.
        Q_EMIT surroundings.make<OverviewPage>().deliveryChosen(3);
        QTRY_COMPARE_WITH_TIMEOUT(led, QStringList{QStringLiteral("events#3")}, patienceMs);
        led.clear();
        const auto wallet = WalletCatalog(surroundings.profile.database()).firstRows({}, {}, 1);
        QVERIFY(wallet && !wallet->empty());
        auto& events = surroundings.make<EventsPage>();
        Q_EMIT events.walletChosen(QStringLiteral("nobody"));
        Q_EMIT events.walletChosen(QString::fromStdString(wallet->front().walletId));
        QTRY_COMPARE_WITH_TIMEOUT(led, QStringList{QStringLiteral("wallets#%1").arg(wallet->front().id)},
                                  patienceMs);
        led.clear();
        Q_EMIT surroundings.make<JobsPage>().walletChosen(QString::fromStdString(wallet->front().walletId));
        QTRY_COMPARE_WITH_TIMEOUT(led.size(), 1, patienceMs);
    }
};

COUNTERSIGN_GUI_TEST(PageTableTest)
#include "PageTable_test.moc"
