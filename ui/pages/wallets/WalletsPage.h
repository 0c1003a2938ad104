#pragma once

#include "ui/models/WalletModel.h"
#include "ui/pages/detail/WalletDetail.h"
#include "ui/pages/frame/PagedListPage.h"
#include "ui/session/WalletSelection.h"

class QMenu;

namespace countersign {

/// The wallets page: the table of delegated wallets with its filters and the detail of the selected one.
class WalletsPage : public PagedListPage
{
    Q_OBJECT

public:
    static constexpr QLatin1StringView pageName{"wallets"};

    WalletsPage(ProfileReader& reader, const Clock& clock, WindowState& state, QWidget* parent = nullptr);

    WalletModel* model() const { return m_model; }
    WalletDetail* detail() const { return m_detail; }

    void start() override { m_model->start(); }
    /// The address or the wallet id of the selection, empty without one.
    QString selectedAddress() const;
    /// Of every selected wallet; any number.
    std::vector<std::int64_t> selectedRows() const;
    /// There is something that carries revocations out.
    void setRevokingAllowed(bool allowed);
    QPushButton* revokeButton() const { return m_revoke; }
    /// Asks to revoke what is selected, or everything that the filter shows.
    void revokeSelected();
    void revokeShown();

Q_SIGNALS:
    void deliveryChosen(qint64 deliveryId);
    void quarantineChosen();
    /// The empty state's advice: how wallets come here.
    void helpWanted();
    void revokeWanted(const countersign::WalletSelection& selection);

protected:
    void applyFilter(const QString& text) override;
    void showEmpty() override;
    void onEmptyAction() override;

private:
    void addActions();
    void addRevoking();
    void nameRevoking();

    const Clock& m_clock;
    WalletModel* m_model = nullptr;
    WalletDetail* m_detail = nullptr;
    QPushButton* m_problems = nullptr;
    QPushButton* m_revoke = nullptr;
    QMenu* m_revokeMenu = nullptr;
    QAction* m_revokeSelected = nullptr;
    QAction* m_revokeShown = nullptr;
};

}  // namespace countersign
