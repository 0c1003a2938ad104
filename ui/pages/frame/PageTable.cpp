#include "ui/pages/frame/PageTable.h"

#include "core/signing/intake/JobEntries.h"
#include "ui/addresses/AddressDialog.h"
#include "ui/pages/OverviewPage.h"
#include "ui/pages/SettingsPage.h"
#include "ui/pages/frame/Navigator.h"
#include "ui/pages/record/AuditPage.h"
#include "ui/pages/record/EventsPage.h"
#include "ui/pages/record/QuarantinePage.h"
#include "ui/pages/signing/JobsPage.h"
#include "ui/pages/signing/OperatorsPage.h"
#include "ui/pages/signing/PolicyPage.h"
#include "ui/pages/signing/WaitingPage.h"
#include "ui/pages/wallets/AddressesPage.h"
#include "ui/pages/wallets/HealthPage.h"
#include "ui/pages/wallets/RevocationsPage.h"
#include "ui/pages/wallets/WalletsPage.h"
#include "ui/revocation/WaitingRevocations.h"
#include "ui/session/ProfileSession.h"

#include <QDesktopServices>

namespace countersign {

namespace {

/// Which row of Wallets it is has to be asked first.
void showWallet(const PageContext& context, QObject* page, const QString& walletId)
{
    context.reader.query(
        page, [id = walletId.toStdString()](Database& database) { return WalletCatalog(database).find(id); },
        [context](const Result<Wallet>& wallet) {
            if (wallet) {
                context.navigator.showRow(WalletsPage::pageName, wallet->id);
            }
        });
}

/// The review of the job that a delivery is about; otherwise is called where it is about none.
void reviewJobOf(const PageContext& context, QObject* page, qint64 deliveryId,
                 std::function<void()> otherwise)
{
    context.reader.query(
        page, [deliveryId](Database& database) { return jobOfDelivery(database, deliveryId); },
        [context, otherwise = std::move(otherwise)](const Result<Job>& job) {
            if (job) {
                context.navigator.openReview(QString::fromStdString(job->jobId));
            } else {
                otherwise();
            }
        });
}

/// A slot that shows this page.
auto leadTo(const PageContext& context, QLatin1StringView name)
{
    return [context, name] { context.navigator.showPage(name); };
}

auto leadToFiltered(const PageContext& context, QLatin1StringView name)
{
    return [context, name](const QString& filter) { context.navigator.showFiltered(name, filter); };
}

auto leadToDelivery(const PageContext& context)
{
    return [context](qint64 deliveryId) { context.navigator.showRow(EventsPage::pageName, deliveryId); };
}

auto leadToRevoking(const PageContext& context)
{
    return [context](const QString& walletId) {
        context.navigator.revoke(std::vector<std::string>{walletId.toStdString()});
    };
}

auto leadToRevocation(const PageContext& context)
{
    return [context](const QString& id) { context.navigator.showRevocation(id); };
}

void addWaiting(const PageContext& context, OverviewPage* page)
{
    auto* waiting = new WaitingRevocations(context.session.revocations(), context.session.clock(), page);
    page->setWaiting(waiting);
    QObject::connect(waiting, &WaitingRevocations::revocationChosen, page, leadToRevocation(context));
    QObject::connect(waiting, &WaitingRevocations::listWanted, page,
                     leadTo(context, RevocationsPage::pageName));
    QObject::connect(waiting, &WaitingRevocations::walletChosen, page,
                     [context, page](const QString& walletId) { showWallet(context, page, walletId); });
}

Page* makeOverview(const PageContext& context)
{
    auto* page = new OverviewPage(context.reader, context.session.clock());
    addWaiting(context, page);
    const SettingsControl& settings = context.session.settings();
    const auto showTrust = [page, &settings] { page->setTrust(settings.trust()); };
    QObject::connect(&settings, &SettingsControl::trustChanged, page, showTrust);
    showTrust();
    QObject::connect(page, &OverviewPage::walletsWanted, page,
                     leadToFiltered(context, WalletsPage::pageName));
    QObject::connect(page, &OverviewPage::quarantineWanted, page,
                     leadToFiltered(context, QuarantinePage::pageName));
    QObject::connect(page, &OverviewPage::jobsWanted, page, leadToFiltered(context, JobsPage::pageName));
    QObject::connect(page, &OverviewPage::settingsWanted, page, leadTo(context, SettingsPage::pageName));
    QObject::connect(page, &OverviewPage::deliveryChosen, page, [context, page](qint64 deliveryId) {
        reviewJobOf(context, page, deliveryId,
                    [show = leadToDelivery(context), deliveryId] { show(deliveryId); });
    });
    return page;
}

Page* makeHealth(const PageContext& context)
{
    auto* page = new HealthPage(context.reader, context.session.clock(), context.state);
    const SettingsControl& settings = context.session.settings();
    const auto showTrust = [page, &settings] { page->setTrust(settings.trust()); };
    QObject::connect(&settings, &SettingsControl::trustChanged, page, showTrust);
    showTrust();
    page->setInspection(context.session.inspection());
    QObject::connect(page, &HealthPage::walletWanted, page,
                     [context](qint64 row) { context.navigator.showRow(WalletsPage::pageName, row); });
    QObject::connect(page, &HealthPage::walletsWanted, page, leadToFiltered(context, WalletsPage::pageName));
    QObject::connect(page, &HealthPage::quarantineWanted, page,
                     leadToFiltered(context, QuarantinePage::pageName));
    QObject::connect(page, &HealthPage::settingsWanted, page, leadTo(context, SettingsPage::pageName));
    QObject::connect(page, &HealthPage::revokeWanted, page, leadToRevoking(context));
    const RevocationControl& revocations = context.session.revocations();
    const auto allowRevoking = [page, &revocations] {
        page->detail()->setRevokingAllowed(revocations.isReady());
    };
    QObject::connect(&revocations, &RevocationControl::readyChanged, page, allowRevoking);
    allowRevoking();
    return page;
}

Page* makeJobs(const PageContext& context)
{
    auto* page = new JobsPage(context.reader, context.session.jobs(), context.session.clock(), context.state);
    QObject::connect(page, &JobsPage::reviewWanted, page,
                     [context](const QString& jobId) { context.navigator.openReview(jobId); });
    QObject::connect(page, &JobsPage::rejectWanted, page,
                     [context](const QString& jobId) { context.navigator.startRejecting(jobId); });
    QObject::connect(page, &JobsPage::severalWanted, page, [context](const std::vector<std::int64_t>& rows) {
        context.navigator.approveSeveral(rows);
    });
    QObject::connect(page, &JobsPage::composeWanted, page, [context] { context.navigator.compose({}); });
    QObject::connect(page, &JobsPage::fileWanted, page, [context] { context.navigator.chooseJobFile(); });
    QObject::connect(page, &JobsPage::fileDropped, page,
                     [context](const QString& file) { context.navigator.openJobFile(file); });
    QObject::connect(page, &JobsPage::walletChosen, page,
                     [context, page](const QString& walletId) { showWallet(context, page, walletId); });
    return page;
}

Page* makeWaiting(const PageContext& context)
{
    auto* page = new WaitingPage(context.session.approvals(), context.session.clock(), context.state);
    QObject::connect(page, &WaitingPage::reviewWanted, page,
                     [context](const QString& jobId) { context.navigator.openReview(jobId); });
    QObject::connect(page, &WaitingPage::rejectWanted, page,
                     [context](const QString& jobId) { context.navigator.startRejecting(jobId); });
    return page;
}

Page* makeWallets(const PageContext& context)
{
    auto* page = new WalletsPage(context.reader, context.session.clock(), context.state);
    const JobControl& jobs = context.session.jobs();
    const auto allowSigning = [page, &jobs] { page->detail()->setSigningAllowed(jobs.isReady()); };
    QObject::connect(&jobs, &JobControl::readyChanged, page, allowSigning);
    allowSigning();
    page->detail()->setInspection(context.session.inspection());
    const SettingsControl& settings = context.session.settings();
    const auto trustLinks = [page, &settings] {
        page->detail()->setExplorerTrusted(settings.isReady() && settings.trust().isGood());
    };
    QObject::connect(&settings, &SettingsControl::readyChanged, page, trustLinks);
    QObject::connect(&settings, &SettingsControl::trustChanged, page, trustLinks);
    trustLinks();
    QObject::connect(page->detail(), &WalletDetail::explorerWanted, page,
                     [](const QUrl& link) { QDesktopServices::openUrl(link); });
    QObject::connect(page->detail(), &WalletDetail::signWanted, page,
                     [context](const QString& walletId) { context.navigator.compose(walletId); });
    AddressControl& addresses = context.session.addresses();
    const auto allowNaming = [page, &addresses] { page->detail()->setNamingAllowed(addresses.isReady()); };
    QObject::connect(&addresses, &AddressControl::readyChanged, page, allowNaming);
    allowNaming();
    QObject::connect(page->detail(), &WalletDetail::nameWanted, page,
                     [page, context, book = &addresses](const Wallet& wallet) {
                         AddressDialog::openFor(wallet, context.reader, *book, page);
                     });
    const RevocationControl& revocations = context.session.revocations();
    const auto allowRevoking = [page, &revocations] { page->setRevokingAllowed(revocations.isReady()); };
    QObject::connect(&revocations, &RevocationControl::readyChanged, page, allowRevoking);
    allowRevoking();
    QObject::connect(page, &WalletsPage::revokeWanted, page,
                     [context](const WalletSelection& selection) { context.navigator.revoke(selection); });
    QObject::connect(page->detail(), &WalletDetail::jobChosen, page,
                     [context](const QString& jobId) { context.navigator.openReview(jobId); });
    QObject::connect(page->detail(), &WalletDetail::revocationChosen, page, leadToRevocation(context));
    QObject::connect(page, &WalletsPage::deliveryChosen, page, leadToDelivery(context));
    QObject::connect(page, &WalletsPage::quarantineChosen, page, leadTo(context, QuarantinePage::pageName));
    QObject::connect(page, &WalletsPage::helpWanted, page, leadTo(context, EventsPage::pageName));
    return page;
}

Page* makeAddresses(const PageContext& context)
{
    auto* page = new AddressesPage(context.reader, context.session.addresses(), context.session.clock(),
                                   context.state);
    const SettingsControl& settings = context.session.settings();
    const auto showTrust = [page, &settings] { page->setTrust(settings.trust()); };
    QObject::connect(&settings, &SettingsControl::trustChanged, page, showTrust);
    showTrust();
    return page;
}

Page* makeEvents(const PageContext& context)
{
    auto* page = new EventsPage(context.reader, context.session.clock(), context.state);
    QObject::connect(page, &EventsPage::walletChosen, page,
                     [context, page](const QString& walletId) { showWallet(context, page, walletId); });
    QObject::connect(page, &EventsPage::quarantineChosen, page, leadTo(context, QuarantinePage::pageName));
    QObject::connect(page, &EventsPage::jobChosen, page,
                     [context](const QString& jobId) { context.navigator.openReview(jobId); });
    QObject::connect(page, &EventsPage::deliveryOpened, page,
                     [context, page](qint64 deliveryId) { reviewJobOf(context, page, deliveryId, [] {}); });
    return page;
}

Page* makeQuarantine(const PageContext& context)
{
    auto* page = new QuarantinePage(context.reader, context.session, context.state);
    QObject::connect(page, &QuarantinePage::deliveryChosen, page, leadToDelivery(context));
    QObject::connect(page, &QuarantinePage::eventsWanted, page, leadTo(context, EventsPage::pageName));
    return page;
}

Page* makeRevocations(const PageContext& context)
{
    auto* page = new RevocationsPage(context.session.revocations(), context.session.clock(), context.state);
    QObject::connect(page, &RevocationsPage::walletChosen, page,
                     [context, page](const QString& walletId) { showWallet(context, page, walletId); });
    QObject::connect(page, &RevocationsPage::revokeWanted, page, leadToRevoking(context));
    QObject::connect(page, &RevocationsPage::walletsWanted, page, leadTo(context, WalletsPage::pageName));
    return page;
}

Page* makeAudit(const PageContext& context)
{
    return new AuditPage(context.reader, context.session.record(), context.session.clock(), context.state);
}

Page* makeOperators(const PageContext& context)
{
    return new OperatorsPage(context.session.operators(), context.session.reauthentication(),
                             context.session.clock(), context.state);
}

Page* makePolicy(const PageContext& context)
{
    return new PolicyPage(context.session.policy(), context.session.reauthentication(),
                          context.session.clock());
}

Page* makeSettings(const PageContext& context)
{
    return new SettingsPage(context.reader, context.session.settings());
}

constexpr std::array pageRows = {
    PageTable::Row{.name = OverviewPage::pageName,
                   .icon = QLatin1StringView("overview"),
                   .menuText = QT_TRANSLATE_NOOP("PageTable", "&Overview"),
                   .isAfterLine = false,
                   .isForAttention = false,
                   .count = nullptr,
                   .make = makeOverview},
    PageTable::Row{.name = JobsPage::pageName,
                   .icon = QLatin1StringView("jobs"),
                   .menuText = QT_TRANSLATE_NOOP("PageTable", "&Jobs"),
                   .isAfterLine = false,
                   .isForAttention = true,
                   .count = [](const ProfileCounts& counts) { return counts.jobs.waiting; },
                   .make = makeJobs},
    PageTable::Row{.name = WaitingPage::pageName,
                   .icon = QLatin1StringView("waiting"),
                   .menuText = QT_TRANSLATE_NOOP("PageTable", "Wa&iting for you"),
                   .isAfterLine = false,
                   .isForAttention = false,
                   .count = nullptr,  // needs the keys: MainWindow::showTally
                   .make = makeWaiting},
    PageTable::Row{.name = WalletsPage::pageName,
                   .icon = QLatin1StringView("wallet"),
                   .menuText = QT_TRANSLATE_NOOP("PageTable", "&Wallets"),
                   .isAfterLine = false,
                   .isForAttention = false,
                   .count = [](const ProfileCounts& counts) { return counts.wallets; },
                   .make = makeWallets},
    PageTable::Row{.name = AddressesPage::pageName,
                   .icon = QLatin1StringView("addresses"),
                   .menuText = QT_TRANSLATE_NOOP("PageTable", "&Addresses"),
                   .isAfterLine = false,
                   .isForAttention = false,
                   .count = nullptr,
                   .make = makeAddresses},
    PageTable::Row{.name = EventsPage::pageName,
                   .icon = QLatin1StringView("events"),
                   .menuText = QT_TRANSLATE_NOOP("PageTable", "&Events"),
                   .isAfterLine = false,
                   .isForAttention = false,
                   .count = [](const ProfileCounts& counts) { return counts.events; },
                   .make = makeEvents},
    PageTable::Row{.name = HealthPage::pageName,
                   .icon = QLatin1StringView("health"),
                   .menuText = QT_TRANSLATE_NOOP("PageTable", "&Health"),
                   .isAfterLine = false,
                   .isForAttention = false,
                   .count = nullptr,
                   .make = makeHealth},
    PageTable::Row{.name = QuarantinePage::pageName,
                   .icon = QLatin1StringView("quarantine"),
                   .menuText = QT_TRANSLATE_NOOP("PageTable", "&Quarantine"),
                   .isAfterLine = false,
                   .isForAttention = true,
                   .count = [](const ProfileCounts& counts) { return counts.quarantine.waiting; },
                   .make = makeQuarantine},
    PageTable::Row{.name = RevocationsPage::pageName,
                   .icon = QLatin1StringView("revoked"),
                   .menuText = QT_TRANSLATE_NOOP("PageTable", "&Revocations"),
                   .isAfterLine = false,
                   .isForAttention = true,
                   .count = [](const ProfileCounts& counts) { return counts.revocationsGoingOn; },
                   .make = makeRevocations},
    PageTable::Row{.name = AuditPage::pageName,
                   .icon = QLatin1StringView("record"),
                   .menuText = QT_TRANSLATE_NOOP("PageTable", "Recor&d"),
                   .isAfterLine = false,
                   .isForAttention = false,
                   .count = nullptr,
                   .make = makeAudit},
    PageTable::Row{.name = OperatorsPage::pageName,
                   .icon = QLatin1StringView("operators"),
                   .menuText = QT_TRANSLATE_NOOP("PageTable", "O&perators"),
                   .isAfterLine = true,
                   .isForAttention = false,
                   .count = nullptr,
                   .make = makeOperators},
    PageTable::Row{.name = PolicyPage::pageName,
                   .icon = QLatin1StringView("policy"),
                   .menuText = QT_TRANSLATE_NOOP("PageTable", "Polic&y"),
                   .isAfterLine = false,
                   .isForAttention = false,
                   .count = nullptr,
                   .make = makePolicy},
    PageTable::Row{.name = SettingsPage::pageName,
                   .icon = QLatin1StringView("settings"),
                   .menuText = QT_TRANSLATE_NOOP("PageTable", "&Settings"),
                   .isAfterLine = false,
                   .isForAttention = false,
                   .count = nullptr,
                   .make = makeSettings},
};

}  // namespace

std::span<const PageTable::Row> PageTable::rows()
{
    return pageRows;
}

std::optional<int> PageTable::indexOf(QStringView name)
{
    const auto found =
        std::find_if(pageRows.begin(), pageRows.end(), [name](const Row& row) { return row.name == name; });
    return found == pageRows.end() ? std::nullopt : std::optional(static_cast<int>(found - pageRows.begin()));
}

QLatin1StringView PageTable::usualPage()
{
    return WalletsPage::pageName;
}

}  // namespace countersign
