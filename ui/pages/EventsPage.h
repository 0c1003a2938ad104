#pragma once

#include "ui/models/DeliveryModel.h"
#include "ui/pages/DeliveryDetail.h"
#include "ui/pages/ListPage.h"

class QComboBox;

namespace countersign {

/// Every delivery that ever came, with its verdict, and the detail of the selected one.
class EventsPage : public ListPage
{
    Q_OBJECT

public:
    EventsPage(ProfileReader& reader, const Clock& clock, WindowState& state, QWidget* parent = nullptr);

    DeliveryModel* model() const { return m_model; }
    DeliveryDetail* detail() const { return m_detail; }

    void start() { m_model->start(); }
    void refresh() override;
    void repaintTimes() override { m_model->repaintRows(); }
    bool isSettled() const override { return m_model->isSettled() && m_detail->isSettled(); }
    void select(std::int64_t id);

Q_SIGNALS:
    void walletChosen(const QString& walletId);
    void quarantineChosen();

protected:
    void applyFilter(const QString& text) override;
    void onStateAction() override;

private:
    void keepSelection();
    void updateState();

    DeliveryModel* m_model;
    DeliveryDetail* m_detail;
    QComboBox* m_verdict;
    QString m_complaint;
    std::int64_t m_selected = 0;
};

}  // namespace countersign
