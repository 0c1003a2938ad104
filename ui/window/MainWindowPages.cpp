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
    connect(m_overview, &OverviewPage::quarantineWanted, this, [this] { showPage(Quarantine); });
    connect(m_overview, &OverviewPage::deliveryChosen, this, &MainWindow::openDelivery);
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
    connect(m_wallets, &WalletsPage::helpWanted, this, [this] { showPage(Events); });
    return m_wallets;
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
        case Wallets:
            wallets();
            return;
        case Events:
            events();
            return;
        case Quarantine:
            quarantine();
            return;
    }
}

void MainWindow::start(Page page)
{
    switch (page) {
        case Overview:
            overview()->start();
            return;
        case Wallets:
            wallets()->start();
            return;
        case Events:
            events()->start();
            return;
        case Quarantine:
            quarantine()->refresh();
            return;
    }
}

void MainWindow::startReading()
{
    m_reading = true;
    const Page first = page();  // what is on the screen is read first
    start(first);
    readCounts();
    for (const Page other : {Overview, Wallets, Events, Quarantine}) {
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
    readCounts();
}

QList<ListPage*> MainWindow::builtLists() const
{
    QList<ListPage*> lists = {m_wallets, m_events, m_quarantine};
    lists.removeAll(nullptr);
    return lists;
}

}  // namespace countersign
