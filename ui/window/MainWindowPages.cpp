#include "core/delegation/WalletCatalog.h"
#include "ui/approvals/StandingText.h"
#include "ui/pages/frame/PageTable.h"
#include "ui/pages/record/AuditPage.h"
#include "ui/pages/record/EventsPage.h"
#include "ui/pages/signing/JobsPage.h"
#include "ui/pages/signing/WaitingPage.h"
#include "ui/pages/wallets/WalletsPage.h"
#include "ui/search/FindDialog.h"
#include "ui/window/MainWindow.h"

// The pages of the window: built when they are needed, shown, and told what they have to know. Which there
// are is PageTable's.

namespace countersign {

void MainWindow::connectFrame()
{
    connect(m_navigation, &NavigationBar::pageChosen, this, &MainWindow::showIndex);
    connect(m_emergency, &QPushButton::clicked, this, &MainWindow::openEmergency);
    connect(m_unlock, &UnlockPane::browseWanted, this, &MainWindow::browseLocked);
    connect(m_notice, &NoticeBar::actionTriggered, this, [this] {
        m_browsing = false;
        if (m_session.state() == ProfileSession::State::NotUnlocked) {
            m_session.retryUnlock();
        }
        onSessionChanged();
    });
    connect(m_rollbackNotice, &NoticeBar::actionTriggered, this, [this] { showPage(AuditPage::pageName); });
    connect(m_freezeNotice, &NoticeBar::actionTriggered, this,
            [this] { openFreezeDialog(FreezeDialog::Purpose::Unfreeze); });
    connect(&m_session.record(), &RecordControl::rollbackChanged, this, &MainWindow::updateRecordNotices);
    connect(&m_session.record(), &RecordControl::freezeChanged, this, &MainWindow::updateRecordNotices);
    connect(&m_session.approvals(), &ApprovalControl::tallyChanged, this, &MainWindow::showTally);
}

/// What operators wait for: said in the status line, and beside the page's name.
void MainWindow::showTally()
{
    const WaitingTally& tally = m_session.approvals().tally();
    m_status->setWaiting(tallyText(tally));
    if (const std::optional<int> index = PageTable::indexOf(QString(WaitingPage::pageName))) {
        m_entries.at(*index)->setCount(tally.forOwn, true);
    }
}

Page* MainWindow::build(int index)
{
    Page*& page = m_built[index];
    if (page == nullptr) {
        page = PageTable::rows()[static_cast<std::size_t>(index)].make({m_session, m_reader, m_state, *this});
        install(index, page);
    }
    return page;
}

void MainWindow::install(int index, Page* page)
{
    QWidget* blank = m_pages->widget(index);
    const bool current = m_pages->currentWidget() == blank;
    m_pages->insertWidget(index, page);
    m_pages->removeWidget(blank);
    delete blank;
    if (current) {
        m_pages->setCurrentWidget(page);
    }
    page->setLiveness(m_session.liveness().status(m_session.clock().now()));
    connect(page, &Page::detailShownChanged, this, &MainWindow::updateDetailAction);
}

Page* MainWindow::page(QLatin1StringView name)
{
    const std::optional<int> index = PageTable::indexOf(QString(name));
    return index ? build(*index) : nullptr;
}

Page* MainWindow::shown() const
{
    return m_built.at(m_pages->currentIndex());
}

QLatin1StringView MainWindow::shownPage() const
{
    return PageTable::rows()[static_cast<std::size_t>(m_pages->currentIndex())].name;
}

QList<Page*> MainWindow::builtPages() const
{
    QList<Page*> pages = m_built;
    pages.removeAll(nullptr);
    return pages;
}

int MainWindow::rememberedPage() const
{
    const QString name = m_state.value(QStringLiteral("window/shown")).toString();
    return PageTable::indexOf(name).value_or(*PageTable::indexOf(QString(PageTable::usualPage())));
}

void MainWindow::showIndex(int index)
{
    Page* page = build(index);
    const bool moved = m_pages->currentIndex() != index;
    m_pages->setCurrentIndex(index);
    m_navigation->setCurrent(index);
    updateDetailAction();
    if (moved && isVisible()) {
        page->focusContent();
    }
}

void MainWindow::showPage(QLatin1StringView name)
{
    if (const std::optional<int> index = PageTable::indexOf(QString(name))) {
        showIndex(*index);
    }
}

void MainWindow::showFiltered(QLatin1StringView name, const QString& filter)
{
    if (Page* target = page(name)) {
        target->setFilterText(filter);
        showPage(name);
    }
}

void MainWindow::showRow(QLatin1StringView name, std::int64_t id)
{
    if (Page* target = page(name)) {
        target->select(id);
        target->setDetailShown(true);
        showPage(name);
    }
}

void MainWindow::updateDetailAction()
{
    m_detailAction->setEnabled(shown()->hasDetail());
    m_detailAction->setChecked(shown()->isDetailShown());
}

void MainWindow::focusSearch()
{
    if (!shown()->focusSearch()) {
        showPage(PageTable::usualPage());
        shown()->focusSearch();
    }
}

FindDialog* MainWindow::openFinder()
{
    if (m_finder == nullptr) {
        m_finder = new FindDialog(m_reader, m_session.jobs(), m_session.clock(), m_state, this);
        connect(m_finder, &FindDialog::walletFound, this,
                [this](qint64 row) { showRow(WalletsPage::pageName, row); });
        connect(m_finder, &FindDialog::jobFound, this,
                [this](qint64 row) { showRow(JobsPage::pageName, row); });
        connect(m_finder, &FindDialog::eventFound, this,
                [this](qint64 row) { showRow(EventsPage::pageName, row); });
        connect(m_finder, &FindDialog::recordFound, this,
                [this](qint64 row) { showRow(AuditPage::pageName, row); });
        connect(m_finder, &FindDialog::walletIdFound, this, &MainWindow::showWalletOf);
    }
    m_finder->begin();
    return m_finder;
}

void MainWindow::showWalletOf(const QString& walletId)
{
    m_reader.query(
        this, [id = walletId.toStdString()](Database& database) { return WalletCatalog(database).find(id); },
        [this](const Result<Wallet>& wallet) {
            if (wallet) {
                showRow(WalletsPage::pageName, wallet->id);
            }
        });
}

void MainWindow::startReading()
{
    m_reading = true;
    const int first = m_pages->currentIndex();  // what is on the screen is read first
    build(first)->start();
    readCounts();
    for (int index = 0; index < m_built.size(); ++index) {
        if (index != first) {
            build(index)->start();
        }
    }
}

void MainWindow::refreshPages()
{
    for (Page* page : builtPages()) {
        page->refresh();
    }
    readCounts();
}

}  // namespace countersign
