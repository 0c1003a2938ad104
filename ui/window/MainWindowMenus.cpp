#include "ui/pages/frame/PageTable.h"
#include "ui/pages/record/QuarantinePage.h"
#include "ui/pages/signing/JobsPage.h"
#include "ui/pages/wallets/AddressesPage.h"
#include "ui/pages/wallets/WalletsPage.h"
#include "ui/text/AmountVisibility.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Theme.h"
#include "ui/window/MainWindow.h"

#include <QActionGroup>
#include <QApplication>
#include <QClipboard>
#include <QMenuBar>
#include <QMessageBox>

// The menus hold every action of the window, so that each can be found and has its key written beside it.

namespace countersign {

QAction* MainWindow::addAction(QMenu* menu, const QString& text, const QKeySequence& keys,
                               std::function<void()> call)
{
    QAction* action = menu->addAction(text);
    action->setShortcut(keys);
    connect(action, &QAction::triggered, this, std::move(call));
    return action;
}

void MainWindow::buildMenus()
{
    QMenu* profile = menuBar()->addMenu(tr("&Profile"));
    m_lockAction =
        addAction(profile, tr("&Lock"), QKeySequence(Qt::CTRL | Qt::Key_L), [this] { m_session.lock(); });
    m_lockAction->setIcon(themeIcon(QStringLiteral("lock")));
    m_unlockAction = addAction(profile, tr("&Unlock …"), {}, [this] {
        m_browsing = false;
        if (m_session.state() == ProfileSession::State::NotUnlocked) {
            m_session.retryUnlock();
        }
        onSessionChanged();
    });
    m_unlockAction->setIcon(themeIcon(QStringLiteral("unlock")));
    profile->addSeparator();
    m_freezeAction = addAction(profile, tr("&Freeze signing …"), {},
                               [this] { openFreezeDialog(FreezeDialog::Purpose::Freeze); });
    m_freezeAction->setIcon(themeIcon(QStringLiteral("freeze")));
    m_unfreezeAction = addAction(profile, tr("U&nfreeze signing …"), {},
                                 [this] { openFreezeDialog(FreezeDialog::Purpose::Unfreeze); });
    profile->addSeparator();
    m_retryAllAction = addAction(profile, tr("&Retry all quarantined"), {}, [this] {
        showPage(QuarantinePage::pageName);
        page<QuarantinePage>()->retryAll();
    });
    m_retryAllAction->setIcon(themeIcon(QStringLiteral("retry")));
    profile->addSeparator();
    addAction(profile, tr("&Quit"), QKeySequence::Quit, [this] { close(); });

    QMenu* edit = menuBar()->addMenu(tr("&Edit"));
    // The key itself belongs to the table, so that it copies text elsewhere.
    QAction* copy =
        addAction(edit, tr("&Copy address or id\tCtrl+C"), {}, [this] { shown()->copySelection(); });
    copy->setIcon(themeIcon(QStringLiteral("copy")));
    addAction(edit, tr("&Filter"), QKeySequence(Qt::CTRL | Qt::Key_F), [this] {
        focusSearch();
    })->setIcon(themeIcon(QStringLiteral("search")));
    addAction(edit, tr("Find &everything …"), QKeySequence(Qt::CTRL | Qt::Key_K), [this] { openFinder(); });
    buildJobMenu();
    buildWalletMenu();
    buildAddressMenu();
    buildViewMenu();

    QMenu* help = menuBar()->addMenu(tr("&Help"));
    addAction(help, tr("&About Countersign"), {}, [this] { showAbout(); });
}

void MainWindow::buildJobMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("&Jobs"));
    QAction* compose = addAction(menu, tr("&New job …"), QKeySequence::New, [this] { openComposer(); });
    compose->setIcon(themeIcon(QStringLiteral("plus")));
    QAction* file = addAction(menu, tr("&Open job file …"), QKeySequence::Open, [this] { chooseJobFile(); });
    file->setIcon(themeIcon(QStringLiteral("folder")));
    menu->addSeparator();
    addAction(menu, tr("&Review the selected job …"), QKeySequence(Qt::CTRL | Qt::Key_Return), [this] {
        if (auto* jobs = qobject_cast<JobsPage*>(shown())) {
            jobs->reviewSelected();
        }
    })->setIcon(themeIcon(QStringLiteral("sign")));
    addAction(menu, tr("&Approve the selected jobs together …"), {}, [this] {
        if (auto* jobs = qobject_cast<JobsPage*>(shown())) {
            jobs->approveSelected();
        }
    });
    QAction* reject = addAction(menu, tr("Re&ject the selected job …"), {}, [this] {
        if (auto* jobs = qobject_cast<JobsPage*>(shown())) {
            jobs->rejectSelected();
        }
    });
    menu->addSeparator();
    QAction* sign = addAction(menu, tr("&Sign with the selected wallet …"), {}, [this] {
        if (auto* wallets = qobject_cast<WalletsPage*>(shown());
            wallets != nullptr && wallets->detail()->row() != 0) {
            wallets->detail()->sign();
        }
    });
    m_jobActions = {compose, file, reject, sign};
}

void MainWindow::buildAddressMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("&Addresses"));
    const auto with = [this](auto call) {
        return [this, call] {
            showPage(AddressesPage::pageName);
            call(*page<AddressesPage>());
        };
    };
    // The keys themselves belong to the page's table, so that they edit text elsewhere.
    QAction* add = addAction(menu, tr("&Add …\tIns"), {}, with([](AddressesPage& book) { book.add(); }));
    add->setIcon(themeIcon(QStringLiteral("plus")));
    QAction* edit =
        addAction(menu, tr("&Edit …\tF2"), {}, with([](AddressesPage& book) { book.editSelected(); }));
    QAction* remove =
        addAction(menu, tr("&Remove …\tDel"), {}, with([](AddressesPage& book) { book.removeSelected(); }));
    menu->addSeparator();
    QAction* import =
        addAction(menu, tr("&Import CSV …"), {}, with([](AddressesPage& book) { book.chooseImport(); }));
    import->setIcon(themeIcon(QStringLiteral("folder")));
    addAction(menu, tr("E&xport CSV …"), {}, with([](AddressesPage& book) { book.chooseExport(); }))
        ->setIcon(themeIcon(QStringLiteral("export")));
    connect(menu, &QMenu::aboutToShow, this, [this, add, edit, remove, import] {
        const auto* book = page<AddressesPage>();
        const bool can = book->canWrite();
        const std::size_t selected = shown() == book ? book->numberSelected() : 0;
        add->setEnabled(can);
        import->setEnabled(can);
        edit->setEnabled(can && selected == 1);
        remove->setEnabled(can && selected > 0);
    });
}

void MainWindow::buildViewMenu()
{
    QMenu* view = menuBar()->addMenu(tr("&View"));
    int index = 0;
    for (const PageTable::Row& row : PageTable::rows()) {
        addAction(view, row.menuTitle(), QKeySequence(Qt::CTRL | PageTable::keyOf(index)),
                  [this, index] { showIndex(index); });
        ++index;
    }
    view->addSeparator();
    m_detailAction = addAction(view, tr("&Detail pane"), QKeySequence(Qt::CTRL | Qt::Key_D),
                               [this] { shown()->setDetailShown(!shown()->isDetailShown()); });
    m_detailAction->setCheckable(true);
    QAction* amounts =
        addAction(view, tr("&Hide amounts"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_H),
                  [] { AmountVisibility::instance().setHidden(!AmountVisibility::instance().isHidden()); });
    amounts->setCheckable(true);
    connect(&AmountVisibility::instance(), &AmountVisibility::changed, amounts,
            [amounts] { amounts->setChecked(AmountVisibility::instance().isHidden()); });
    addAction(view, tr("&Back"), QKeySequence(Qt::Key_Escape), [this] { shown()->goBack(); });
    addAction(view, tr("&Refresh"), QKeySequence(Qt::Key_F5), [this] { m_refreshSoon.start(0); });
    view->addSeparator();
    QMenu* theme = view->addMenu(tr("&Theme"));
    auto* group = new QActionGroup(this);
    const QList<QPair<QString, Theme::Mode>> modes = {{tr("As the &system"), Theme::Mode::System},
                                                      {tr("&Light"), Theme::Mode::Light},
                                                      {tr("&Dark"), Theme::Mode::Dark}};
    for (const auto& [text, mode] : modes) {
        QAction* action = addAction(theme, text, {}, [this, chosen = mode] {
            Theme::instance().apply(chosen);
            m_state.setValue(QStringLiteral("window/theme"), Theme::nameOf(chosen));
        });
        action->setCheckable(true);
        action->setChecked(Theme::instance().mode() == mode);
        group->addAction(action);
    }
}

void MainWindow::showAbout()
{
    auto* about = new QMessageBox(this);
    about->setAttribute(Qt::WA_DeleteOnClose);
    about->setWindowTitle(tr("About Countersign"));
    about->setTextFormat(Qt::PlainText);
    about->setIconPixmap(applicationIcon().pixmap(48, 48));
    about->setText(tr("Countersign %1").arg(QStringLiteral(COUNTERSIGN_VERSION)));
    about->setInformativeText(tr("A console for wallets that were delegated through Dynamic.\nProfile: %1")
                                  .arg(QString::fromStdString(m_session.paths().root.string())));
    about->open();
}

}  // namespace countersign
