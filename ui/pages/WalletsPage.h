#pragma once

#include "ui/models/WalletModel.h"
#include "ui/pages/PagedListPage.h"
#include "ui/pages/WalletDetail.h"

namespace countersign {

/// The table of delegated wallets with its filters and the detail of the selected one.
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

Q_SIGNALS:
    void deliveryChosen(qint64 deliveryId);
    void quarantineChosen();
    /// The empty state's advice: how wallets come here.
    void helpWanted();

protected:
    void applyFilter(const QString& text) override;
    void showEmpty() override;
    void onEmptyAction() override;

private:
    WalletModel* m_model;
    WalletDetail* m_detail;
    QPushButton* m_problems = nullptr;
};

}  // namespace countersign
