#include "ui/window/MainWindow.h"

#include "core/vault/Settings.h"
#include "ui/theme/Theme.h"

#include <QCloseEvent>
#include <QVBoxLayout>

#include <array>

namespace countersign {

namespace {
constexpr int refreshDelayMs = 150;
constexpr int ticksPerRepaint = 15;

/// By name, so that a page that is added does not change what was remembered.
const std::array<QString, MainWindow::PageCount> pageNames = {
    QStringLiteral("overview"), QStringLiteral("jobs"),       QStringLiteral("wallets"),
    QStringLiteral("events"),   QStringLiteral("quarantine"), QStringLiteral("settings")};

}  // namespace

MainWindow::MainWindow(ProfileSession& session, ProfileReader& reader, WindowState& state, QWidget* parent)
    : QMainWindow(parent), m_session(session), m_reader(reader), m_state(state)
{
    setWindowTitle(tr("Countersign"));
    setMinimumSize(1024, 640);
    buildFrame();
    buildMenus();
    connectFrame();
    resize(m_state.value(QStringLiteral("window/size"), QSize(1280, 800)).toSize());
    showPage(rememberedPage());

    m_refreshSoon.setSingleShot(true);
    m_refreshSoon.setInterval(refreshDelayMs);
    connect(&m_refreshSoon, &QTimer::timeout, this, &MainWindow::refreshPages);
    connect(&m_session, &ProfileSession::stateChanged, this, &MainWindow::onSessionChanged);
    connect(&m_session, &ProfileSession::livenessChanged, this, &MainWindow::showLiveness);
    // A backlog comes page by page: the views follow a few times a second, not with every page.
    connect(&m_session, &ProfileSession::dataChanged, this, [this] {
        if (!m_refreshSoon.isActive()) {
            m_refreshSoon.start();
        }
    });
    m_second.setInterval(1000);
    connect(&m_second, &QTimer::timeout, this, &MainWindow::tick);
    m_second.start();
    onSessionChanged();
    showLiveness();
}

void MainWindow::buildFrame()
{
    m_environmentBanner = new EnvironmentBanner(this);
    m_navigation = new NavigationBar(this);
    m_notice = new NoticeBar(this);
    m_unlock = new UnlockPane(m_session);
    m_noProfile = new EmptyState;
    m_status = new StatusLine(this);

    m_pages = new QStackedWidget;
    for (int page = Overview; page < PageCount; ++page) {
        m_pages->addWidget(new QWidget);
    }
    m_body = new QStackedWidget;
    m_body->addWidget(m_pages);
    m_body->addWidget(m_unlock);
    m_body->addWidget(m_noProfile);

    m_entries = {m_navigation->addPage(QStringLiteral("overview"), tr("Overview")),
                 m_navigation->addPage(QStringLiteral("jobs"), tr("Jobs")),
                 m_navigation->addPage(QStringLiteral("wallet"), tr("Wallets")),
                 m_navigation->addPage(QStringLiteral("events"), tr("Events")),
                 m_navigation->addPage(QStringLiteral("quarantine"), tr("Quarantine"))};
    m_navigation->addLine();
    m_entries << m_navigation->addPage(QStringLiteral("settings"), tr("Settings"));

    auto* right = new QVBoxLayout;
    right->setContentsMargins(0, 0, 0, 0);
    right->setSpacing(0);
    right->addWidget(m_notice);
    right->addWidget(m_body, 1);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(m_navigation);
    middle->addLayout(right, 1);
    auto* central = new QWidget(this);
    auto* layout = new QVBoxLayout(central);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_environmentBanner);
    layout->addLayout(middle, 1);
    layout->addWidget(m_status);
    setCentralWidget(central);
}

void MainWindow::readCounts()
{
    m_countsPending = true;
    m_reader.query(
        this,
        [](Database& database) -> Result<Counts> {
            const DeliveryCatalog deliveries(database);
            Counts counts;
            counts.wallets = WalletCatalog(database).count().value_or(0);
            counts.events = deliveries.count().value_or(0);
            counts.quarantine = QuarantineCatalog(database).counts().value_or(QuarantineCatalog::Counts());
            counts.jobs = JobCatalog(database).counts().value_or(JobCatalog::Counts());
            for (const FeedStatus& feed : deliveries.feeds().value_or(std::vector<FeedStatus>())) {
                counts.cursor = std::max(counts.cursor, feed.cursor);
                counts.lastContact = std::max(counts.lastContact, feed.lastContactAt);
            }
            const auto environment = Settings(database).get(settingKeys::environment);
            counts.environment = environment ? environment->value_or(std::string()) : std::string();
            return counts;
        },
        [this](const Result<Counts>& counts) {
            m_countsPending = false;
            if (counts) {
                handleCounts(*counts);
            }
        });
}

void MainWindow::handleCounts(const Counts& counts)
{
    m_entries.at(Jobs)->setCount(counts.jobs.waiting, true);
    if (m_jobs != nullptr) {
        m_jobs->setCounts(counts.jobs);
    }
    m_entries.at(Wallets)->setCount(counts.wallets, false);
    m_entries.at(Events)->setCount(counts.events, false);
    m_entries.at(Quarantine)->setCount(counts.quarantine.waiting, true);
    if (m_quarantine != nullptr) {
        m_quarantine->setCounts(counts.quarantine);
    }
    m_status->setCounts(counts.events, counts.cursor);
    m_environmentBanner->setEnvironment(QString::fromStdString(counts.environment));
    if (counts.lastContact && !m_session.liveness().lastContact()) {
        m_session.liveness().noteContact(*counts.lastContact);
        showLiveness();
    }
}

bool MainWindow::isUnlockShown() const
{
    return m_body->currentWidget() == m_unlock;
}

void MainWindow::browseLocked()
{
    m_browsing = true;
    onSessionChanged();
}

void MainWindow::onSessionChanged()
{
    using State = ProfileSession::State;
    const State state = m_session.state();
    if (state == State::Open) {
        m_browsing = false;
    }
    const bool passphrase = m_session.info() && m_session.info()->hasPassphrase;
    const bool locked = passphrase && (state == State::Locked || state == State::Unlocking) && !m_browsing;
    const bool none = state == State::NoProfile || state == State::Broken;
    if (none) {
        const QString folder = QString::fromStdString(m_session.paths().root.string());
        m_noProfile->show(QStringLiteral("folder"),
                          state == State::NoProfile ? tr("There is no profile here yet")
                                                    : tr("This profile cannot be opened"),
                          state == State::NoProfile
                              ? tr("Make one on the command line, then start Countersign "
                                   "again:\n\ncountersign-cli --profile %1 "
                                   "init --relay URL --inbox NAME --relay-token-file FILE --environment ID")
                                    .arg(folder)
                              : m_session.error()->sentence + u'\n' + folder);
    }
    m_body->setCurrentWidget(none     ? static_cast<QWidget*>(m_noProfile)
                             : locked ? static_cast<QWidget*>(m_unlock)
                                      : m_pages);
    m_navigation->setVisible(!none);
    m_navigation->setEnabled(!locked);
    m_environmentBanner->setKind(none                              ? EnvironmentBanner::Kind::NoProfile
                                 : !m_session.info()               ? EnvironmentBanner::Kind::Unknown
                                 : m_session.info()->demonstration ? EnvironmentBanner::Kind::Demonstration
                                                                   : EnvironmentBanner::Kind::Real);
    m_status->setVisible(!none);
    m_lockAction->setEnabled(m_session.canLock());
    m_unlockAction->setEnabled(state == State::Locked || state == State::NotUnlocked);
    m_retryAllAction->setEnabled(state == State::Open);
    for (QAction* action : m_jobActions) {
        action->setEnabled(state == State::Open);
    }
    updateNotice();
}

void MainWindow::updateNotice()
{
    using State = ProfileSession::State;
    switch (m_session.state()) {
        case State::Open:
            m_notice->hide();
            m_status->setVault(QStringLiteral("unlock"), tr("unlocked"));
            return;
        case State::Locked:
            m_status->setVault(QStringLiteral("lock"), tr("locked"));
            m_notice->setVisible(false);
            if (m_browsing) {
                m_notice->showNotice(Tone::Info, QStringLiteral("lock"),
                                     tr("Locked: the relay is not being followed; nothing can be decided, "
                                        "retried or changed."),
                                     tr("Unlock …"));
            }
            return;
        case State::NotUnlocked:
            m_status->setVault(QStringLiteral("lock"), tr("locked"));
            m_notice->showNotice(Tone::Bad, QStringLiteral("key"), m_session.error()->sentence, tr("Retry"),
                                 m_session.error()->detail);
            return;
        case State::Unlocking:
            m_status->setVault(QStringLiteral("lock"), tr("unlocking …"));
            return;
        default:
            m_notice->hide();
            m_status->setVault(QStringLiteral("lock"), {});
    }
}

void MainWindow::showLiveness()
{
    const Liveness::Status status = m_session.liveness().status(m_session.clock().now());
    m_status->setLiveness(status);
    if (m_overview != nullptr) {
        m_overview->setLiveness(status);
    }
}

void MainWindow::tick()
{
    showLiveness();
    if (m_jobs != nullptr) {
        m_jobs->tick();
    }
    static_assert(ticksPerRepaint > 0);
    const bool repaint = m_session.clock().now() / 1000 % ticksPerRepaint == 0;
    if (repaint) {
        for (ListPage* list : builtLists()) {
            list->repaintTimes();
        }
        if (m_overview != nullptr) {
            m_overview->repaintTimes();
        }
    }
}

bool MainWindow::isSettled() const
{
    const QList<ListPage*> lists = builtLists();
    return m_reading && m_reader.isIdle() && !m_countsPending && !m_refreshSoon.isActive() &&
           m_overview->isSettled() && m_settings->isSettled() &&
           std::all_of(lists.begin(), lists.end(), [](const ListPage* list) { return list->isSettled(); });
}

MainWindow::Page MainWindow::rememberedPage() const
{
    const QString name = m_state.value(QStringLiteral("window/shown")).toString();
    const auto found = std::find(pageNames.begin(), pageNames.end(), name);
    return found == pageNames.end() ? Wallets : static_cast<Page>(found - pageNames.begin());
}

MainWindow::Page MainWindow::page() const
{
    return static_cast<Page>(m_pages->currentIndex());
}

ListPage* MainWindow::listPage() const
{
    return qobject_cast<ListPage*>(m_pages->currentWidget());
}

void MainWindow::showPage(Page page)
{
    build(page);
    const bool moved = m_pages->currentIndex() != page;
    m_pages->setCurrentIndex(page);
    m_navigation->setCurrent(page);
    ListPage* list = listPage();
    m_detailAction->setEnabled(list != nullptr);
    m_detailAction->setChecked(list != nullptr && list->isDetailShown());
    if (list != nullptr && moved && isVisible()) {
        list->table()->setFocus();
    }
}

void MainWindow::goBack()
{
    if (ListPage* list = listPage()) {
        list->goBack();
    }
}

void MainWindow::openWallet(const QString& walletId)
{
    m_reader.query(
        this, [id = walletId.toStdString()](Database& database) { return WalletCatalog(database).find(id); },
        [this](const Result<Wallet>& wallet) {
            if (wallet) {
                wallets()->select(wallet->id);
                wallets()->setDetailShown(true);
                showPage(Wallets);
            }
        });
}

void MainWindow::openDelivery(qint64 deliveryId)
{
    events()->select(deliveryId);
    events()->setDetailShown(true);
    showPage(Events);
}

void MainWindow::paintEvent(QPaintEvent* event)
{
    QMainWindow::paintEvent(event);
    if (!m_painted) {
        m_painted = true;
        // Queued: the picture reaches the screen before anything else begins.
        QMetaObject::invokeMethod(this, &MainWindow::firstPainted, Qt::QueuedConnection);
        QMetaObject::invokeMethod(this, &MainWindow::startReading, Qt::QueuedConnection);
    }
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    for (ListPage* list : builtLists()) {
        list->saveState();
    }
    m_state.setValue(QStringLiteral("window/shown"), pageNames.at(static_cast<std::size_t>(page())));
    m_state.setValue(QStringLiteral("window/size"), size());
    event->accept();
}

}  // namespace countersign
