#include "ui/pages/wallets/RevocationsPage.h"
#include "ui/pages/wallets/WalletsPage.h"
#include "ui/revocation/RevokeDialog.h"
#include "ui/revocation/emergency/DrillDialog.h"
#include "ui/revocation/emergency/EmergencyDialog.h"
#include "ui/window/MainWindow.h"

#include <QMenuBar>

// Ending delegations: windows of their own, none of which is waited for.

namespace countersign {

void MainWindow::revoke(const WalletSelection& selection)
{
    openRevoke(selection);
}

RevokeDialog* MainWindow::openRevoke(const WalletSelection& selection)
{
    // One question at a time; what was begun is looked at for as long as somebody wants.
    for (auto* open : findChildren<RevokeDialog*>()) {
        if (open->phase() != RevokeDialog::Phase::UnderWay) {
            open->close();
        }
    }
    auto* dialog =
        new RevokeDialog(m_session.revocations(), m_session.reauthentication(), m_session.clock(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &RevokeDialog::walletChosen, this,
            [this](const QString& walletId) { showFiltered(WalletsPage::pageName, walletId); });
    connect(dialog, &RevokeDialog::revokeWanted, this,
            [this](const QString& walletId) { revoke(std::vector<std::string>{walletId.toStdString()}); });
    dialog->choose(selection);
    dialog->show();
    return dialog;
}

EmergencyDialog* MainWindow::openEmergency()
{
    if (m_session.state() != ProfileSession::State::Open) {
        return nullptr;
    }
    for (auto* open : findChildren<EmergencyDialog*>()) {
        const bool isAsking = open->phase() == EmergencyDialog::Phase::Asking && open->isVisible();
        if (isAsking || open->isUnderWay()) {
            open->show();
            open->raise();
            open->activateWindow();
            return open;
        }
    }
    auto* dialog = new EmergencyDialog(
        {m_session.freeze(), m_session.revocations(), m_session.reauthentication(), m_session.clock()}, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    const auto* wallets = page<WalletsPage>();
    dialog->setChosen(wallets->selectedRows());
    dialog->show();
    dialog->reasonField()->setFocus();
    return dialog;
}

DrillDialog* MainWindow::openDrill()
{
    for (auto* open : findChildren<DrillDialog*>()) {
        open->show();
        open->raise();
        open->activateWindow();
        return open;
    }
    auto* dialog = new DrillDialog(m_session.drill(), m_session.clock(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setChosen(page<WalletsPage>()->selectedRows());
    dialog->show();
    return dialog;
}

void MainWindow::showRevocation(const QString& revocationId)
{
    auto* revocations = page<RevocationsPage>();
    revocations->selectRevocation(revocationId);
    revocations->setDetailShown(true);
    showPage(RevocationsPage::pageName);
}

void MainWindow::buildWalletMenu()
{
    QMenu* menu = menuBar()->addMenu(tr("&Wallets"));
    QAction* selected = addAction(menu, tr("&Revoke the selected wallets …"), {}, [this] {
        if (auto* wallets = qobject_cast<WalletsPage*>(shown())) {
            wallets->revokeSelected();
        }
    });
    QAction* all = addAction(menu, tr("Revoke &all that the filter shows …"), {}, [this] {
        if (auto* wallets = qobject_cast<WalletsPage*>(shown())) {
            wallets->revokeShown();
        }
    });
    menu->addSeparator();
    QAction* name = addAction(menu, tr("&Name and tags of the selected wallet …"), {}, [this] {
        if (auto* wallets = qobject_cast<WalletsPage*>(shown())) {
            wallets->detail()->nameWallet();
        }
    });
    menu->addSeparator();
    m_emergencyAction =
        addAction(menu, tr("&Emergency stop …"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_E),
                  [this] { openEmergency(); });
    QAction* drill = addAction(menu, tr("Emergency &drill …"), {}, [this] { openDrill(); });
    connect(menu, &QMenu::aboutToShow, this, [this, selected, all, name, drill] {
        const auto* wallets = qobject_cast<WalletsPage*>(shown());
        const bool can = wallets != nullptr && m_session.revocations().isReady();
        selected->setEnabled(can && !wallets->selectedRows().empty());
        all->setEnabled(can);
        drill->setEnabled(m_session.drill().isReady());
        name->setEnabled(wallets != nullptr && wallets->detail()->namingButton()->isEnabled() &&
                         wallets->detail()->row() != 0);
    });
}

}  // namespace countersign
