#include "ui/compose/ComposeDialog.h"
#include "ui/window/MainWindow.h"

// The pages of the window: built when they are needed, connected to each other.

namespace countersign {

void MainWindow::connectFrame()
{
    connect(m_navigation, &NavigationBar::pageChosen, this,
            [this](int page) { showPage(static_cast<Page>(page)); });
    connect(m_unlock, &UnlockPane::browseWanted, this, &MainWindow::browseLocked);
    connect(m_notice, &NoticeBar::actionTriggered, this, [this] {
        m_browsing = false;
        if (m_session.state() == ProfileSession::State::NotUnlocked) {
            m_session.retryUnlock();
        }
        onSessionChanged();
    });
}

void MainWindow::install(Page number, QWidget* page)
{
    QWidget* blank = m_pages->widget(number);
    const bool current = m_pages->currentWidget() == blank;
    m_pages->insertWidget(number, page);
    m_pages->removeWidget(blank);
    delete blank;
    if (current) {
        m_pages->setCurrentWidget(page);
    }
}

void MainWindow::installList(Page number, ListPage* page)
{
    install(number, page);
    connect(page, &ListPage::detailShownChanged, this, [this] { showPage(this->page()); });
}

OverviewPage* MainWindow::overview()
{
    if (m_overview != nullptr) {
        return m_overview;
    }
    m_overview = new OverviewPage(m_reader, m_session.clock());
    install(Overview, m_overview);
    connect(m_overview, &OverviewPage::walletsWanted, this, [this](const QString& filter) {
        wallets()->setFilterText(filter);
        showPage(Wallets);
    });
    connect(m_overview, &OverviewPage::quarantineWanted, this, [this](const QString& filter) {
        quarantine()->setFilterText(filter);
        showPage(Quarantine);
    });
    connect(m_overview, &OverviewPage::settingsWanted, this, [this] { showPage(SettingsOfProfile); });
    connect(&m_session.settings(), &SettingsControl::trustChanged, m_overview,
            [this] { m_overview->setTrust(m_session.settings().trust()); });
    m_overview->setTrust(m_session.settings().trust());
    connect(m_overview, &OverviewPage::deliveryChosen, this, [this](qint64 deliveryId) {
        openJobOf(deliveryId, [this, deliveryId] { openDelivery(deliveryId); });
    });
    connect(m_overview, &OverviewPage::jobsWanted, this, [this](const QString& filter) {
        jobs()->setFilterText(filter);
        showPage(Jobs);
    });
    m_overview->setLiveness(m_session.liveness().status(m_session.clock().now()));
    return m_overview;
}

WalletsPage* MainWindow::wallets()
{
    if (m_wallets != nullptr) {
        return m_wallets;
    }
    m_wallets = new WalletsPage(m_reader, m_session.clock(), m_state);
    installList(Wallets, m_wallets);
    connect(m_wallets, &WalletsPage::deliveryChosen, this, &MainWindow::openDelivery);
    connect(m_wallets, &WalletsPage::quarantineChosen, this, [this] { showPage(Quarantine); });
    connect(m_wallets->detail(), &WalletDetail::signWanted, this, &MainWindow::openComposer);
    m_wallets->detail()->setSigningAllowed(m_session.jobs().isReady());
    connect(&m_session.jobs(), &JobControl::readyChanged, m_wallets,
            [this] { m_wallets->detail()->setSigningAllowed(m_session.jobs().isReady()); });
    connect(m_wallets, &WalletsPage::helpWanted, this, [this] { showPage(Events); });
    return m_wallets;
}

JobsPage* MainWindow::jobs()
{
    if (m_jobs != nullptr) {
        return m_jobs;
    }
    m_jobs = new JobsPage(m_reader, m_session.jobs(), m_session.clock(), m_state);
    installList(Jobs, m_jobs);
    connect(m_jobs, &JobsPage::reviewWanted, this, &MainWindow::openReview);
    connect(m_jobs, &JobsPage::rejectWanted, this,
            [this](const QString& jobId) { openReview(jobId)->startRejecting(); });
    connect(m_jobs, &JobsPage::composeWanted, this, [this] { openComposer(); });
    connect(m_jobs, &JobsPage::fileWanted, this, &MainWindow::chooseJobFile);
    connect(m_jobs, &JobsPage::fileDropped, this, &MainWindow::openJobFile);
    connect(m_jobs, &JobsPage::walletChosen, this, &MainWindow::openWallet);
    return m_jobs;
}

SettingsPage* MainWindow::settings()
{
    if (m_settings == nullptr) {
        m_settings = new SettingsPage(m_reader, m_session.settings());
        install(SettingsOfProfile, m_settings);
    }
    return m_settings;
}

EventsPage* MainWindow::events()
{
    if (m_events != nullptr) {
        return m_events;
    }
    m_events = new EventsPage(m_reader, m_session.clock(), m_state);
    installList(Events, m_events);
    connect(m_events, &EventsPage::walletChosen, this, &MainWindow::openWallet);
    connect(m_events, &EventsPage::quarantineChosen, this, [this] { showPage(Quarantine); });
    connect(m_events, &EventsPage::jobChosen, this, &MainWindow::openReview);
    connect(m_events, &EventsPage::deliveryOpened, this,
            [this](qint64 deliveryId) { openJobOf(deliveryId, [] {}); });
    return m_events;
}

QuarantinePage* MainWindow::quarantine()
{
    if (m_quarantine != nullptr) {
        return m_quarantine;
    }
    m_quarantine = new QuarantinePage(m_reader, m_session, m_state);
    installList(Quarantine, m_quarantine);
    connect(m_quarantine, &QuarantinePage::deliveryChosen, this, &MainWindow::openDelivery);
    connect(m_quarantine, &QuarantinePage::eventsWanted, this, [this] { showPage(Events); });
    return m_quarantine;
}

void MainWindow::build(Page page)
{
    switch (page) {
        case Overview:
            overview();
            return;
        case Jobs:
            jobs();
            return;
        case Wallets:
            wallets();
            return;
        case Events:
            events();
            return;
        case Quarantine:
            quarantine();
            return;
        case SettingsOfProfile:
            settings();
            return;
        case PageCount:
            return;
    }
}

void MainWindow::start(Page page)
{
    switch (page) {
        case Overview:
            overview()->start();
            return;
        case Jobs:
            jobs()->start();
            return;
        case Wallets:
            wallets()->start();
            return;
        case Events:
            events()->start();
            return;
        case Quarantine:
            quarantine()->start();
            return;
        case SettingsOfProfile:
            settings()->start();
            return;
        case PageCount:
            return;
    }
}

void MainWindow::startReading()
{
    m_reading = true;
    const Page first = page();  // what is on the screen is read first
    start(first);
    readCounts();
    for (const Page other : {Overview, Jobs, Wallets, Events, Quarantine, SettingsOfProfile}) {
        if (other != first) {
            start(other);
        }
    }
}

void MainWindow::refreshPages()
{
    for (ListPage* list : builtLists()) {
        list->refresh();
    }
    if (m_overview != nullptr) {
        m_overview->refresh();
    }
    if (m_settings != nullptr) {
        m_settings->refresh();
    }
    readCounts();
}

QList<ListPage*> MainWindow::builtLists() const
{
    QList<ListPage*> lists = {m_jobs, m_wallets, m_events, m_quarantine};
    lists.removeAll(nullptr);
    return lists;
}

}  // namespace countersign
