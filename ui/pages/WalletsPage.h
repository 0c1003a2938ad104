#pragma once

#include "ui/models/WalletModel.h"
#include "ui/pages/ListPage.h"
#include "ui/pages/WalletDetail.h"

class QComboBox;

namespace countersign {

/// The table of delegated wallets with its filters and the detail of the selected one.
class WalletsPage : public ListPage
{
    Q_OBJECT

public:
    WalletsPage(ProfileReader& reader, const Clock& clock, WindowState& state, QWidget* parent = nullptr);

    WalletModel* model() const { return m_model; }
    WalletDetail* detail() const { return m_detail; }

    void start() { m_model->start(); }
    void refresh() override;
    void repaintTimes() override { m_model->repaintRows(); }
    bool isSettled() const override { return m_model->isSettled() && m_detail->isSettled(); }
    /// Selects a row by its id, when it is shown.
    void select(std::int64_t id);
    /// The address or the wallet id of the selection, empty without one.
    QString selectedAddress() const;

Q_SIGNALS:
    void deliveryChosen(qint64 deliveryId);
    void quarantineChosen();
    /// The empty state's advice: how wallets come here.
    void helpWanted();

protected:
    void applyFilter(const QString& text) override;
    void onStateAction() override;

private:
    QComboBox* addChoice(const QString& token, const QString& name,
                         const QList<QPair<QString, QString>>& values);
    void showChoices(const QString& text);
    void keepSelection();
    void updateState();
    void selectFirstIfNone();

    WalletModel* m_model;
    WalletDetail* m_detail;
    QList<QPair<QString, QComboBox*>> m_choices;
    QPushButton* m_problems;
    QString m_complaint;
    std::int64_t m_selected = 0;
};

}  // namespace countersign
