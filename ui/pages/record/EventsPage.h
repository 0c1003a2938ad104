#pragma once

#include "ui/models/DeliveryModel.h"
#include "ui/pages/detail/DeliveryDetail.h"
#include "ui/pages/frame/PagedListPage.h"

namespace countersign {

/// The events page: every delivery that ever came, with its verdict, and the detail of the selected one.
class EventsPage : public PagedListPage
{
    Q_OBJECT

public:
    static constexpr QLatin1StringView pageName{"events"};

    EventsPage(ProfileReader& reader, const Clock& clock, WindowState& state, QWidget* parent = nullptr);

    DeliveryModel* model() const { return m_model; }
    DeliveryDetail* detail() const { return m_detail; }

    void start() override { m_model->start(); }

Q_SIGNALS:
    void walletChosen(const QString& walletId);
    void quarantineChosen();
    void jobChosen(const QString& jobId);
    /// A row was activated; its detail is shown already.
    void deliveryOpened(qint64 deliveryId);

protected:
    void applyFilter(const QString& text) override;
    void showEmpty() override;
    void onEmptyAction() override;

private:
    DeliveryModel* m_model;
    DeliveryDetail* m_detail;
};

}  // namespace countersign
