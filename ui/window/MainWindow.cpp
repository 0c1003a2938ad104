#include "ui/window/MainWindow.h"

#include "ui/pages/frame/PageTable.h"
#include "ui/theme/Theme.h"

#include <QCloseEvent>
#include <QVBoxLayout>

namespace countersign {

namespace {
constexpr int refreshDelayMs = 150;
constexpr int ticksPerRepaint = 15;
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
    showIndex(rememberedPage());

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
    connect(&m_session, &ProfileSession::descriptorFolderExamined, this, &MainWindow::useDescriptors);
    m_session.tellProfileTo(m_reader.explainer());
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
    m_emergency = new QPushButton(tr("Emergency stop …"), m_navigation);
    m_emergency->setProperty("role", QStringLiteral("danger"));
    m_emergency->setToolTip(tr("Freezes signing, revokes, and writes the proof (Ctrl+Shift+E)"));
    m_navigation->setLast(m_emergency);
    m_notice = new NoticeBar(this);
    m_rollbackNotice = new NoticeBar(this);
    m_freezeNotice = new NoticeBar(this);
    m_unlock = new UnlockPane(m_session);
    m_noProfile = new EmptyState;
    m_status = new StatusLine(this);

    m_pages = new QStackedWidget;
    for (const PageTable::Row& row : PageTable::rows()) {
        m_pages->addWidget(new QWidget);
        m_built << nullptr;
        if (row.isAfterLine) {
            m_navigation->addLine();
        }
        m_entries << m_navigation->addPage(row.icon, row.title());
    }
    m_body = new QStackedWidget;
    m_body->addWidget(m_pages);
    m_body->addWidget(m_unlock);
    m_body->addWidget(m_noProfile);

    auto* right = new QVBoxLayout;
    right->setContentsMargins(0, 0, 0, 0);
    right->setSpacing(0);
    right->addWidget(m_notice);
    right->addWidget(m_rollbackNotice);
    right->addWidget(m_freezeNotice);
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
    m_reader.query(this, &ProfileCounts::read, [this](const Result<ProfileCounts>& counts) {
        m_countsPending = false;
        if (counts) {
            handleCounts(*counts);
        }
    });
}

void MainWindow::handleCounts(const ProfileCounts& counts)
{
    const auto rows = PageTable::rows();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].count != nullptr) {
            m_entries.at(static_cast<qsizetype>(i))->setCount(rows[i].count(counts), rows[i].isForAttention);
        }
    }
    for (Page* page : builtPages()) {
        page->setCounts(counts);
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
    m_emergency->setEnabled(state == State::Open);
    m_emergencyAction->setEnabled(state == State::Open);
    for (QAction* action : m_jobActions) {
        action->setEnabled(state == State::Open);
    }
    updateNotice();
    updateRecordNotices();
}

/// What concerns every page: a profile of an older time, and signing that is frozen.
void MainWindow::updateRecordNotices()
{
    const RecordControl& record = m_session.record();
    const bool isOpen = m_session.state() == ProfileSession::State::Open;
    const QString& rollback = record.rollback().rollback;
    m_rollbackNotice->setVisible(false);
    m_freezeNotice->setVisible(false);
    if (isOpen && !rollback.isEmpty()) {
        m_rollbackNotice->showNotice(Tone::Bad, QStringLiteral("error"), rollback, tr("Show the record"));
    }
    if (isOpen && !record.freezeSentence().isEmpty()) {
        m_freezeNotice->showNotice(Tone::Warning, QStringLiteral("freeze"), record.freezeSentence(),
                                   tr("Unfreeze …"));
    }
    // Also while something is shown: what was changed outside is said anew by freezing.
    m_freezeAction->setEnabled(isOpen);
    m_unfreezeAction->setEnabled(isOpen && !record.freezeSentence().isEmpty());
}

void MainWindow::openFreezeDialog(FreezeDialog::Purpose purpose)
{
    auto* dialog = new FreezeDialog(m_session.record(), purpose, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
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
    for (Page* page : builtPages()) {
        page->setLiveness(status);
    }
}

void MainWindow::tick()
{
    showLiveness();
    static_assert(ticksPerRepaint > 0);
    const bool repaint = m_session.clock().now() / 1000 % ticksPerRepaint == 0;
    for (Page* page : builtPages()) {
        page->tick();
        if (repaint) {
            page->repaintTimes();
        }
    }
}

bool MainWindow::isSettled() const
{
    const QList<Page*> pages = builtPages();
    return m_reading && m_reader.isIdle() && !m_countsPending && !m_refreshSoon.isActive() &&
           std::all_of(pages.begin(), pages.end(), [](const Page* page) { return page->isSettled(); });
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
    for (Page* page : builtPages()) {
        page->saveState();
    }
    m_state.setValue(QStringLiteral("window/shown"), QString(shownPage()));
    m_state.setValue(QStringLiteral("window/size"), size());
    event->accept();
}

}  // namespace countersign
