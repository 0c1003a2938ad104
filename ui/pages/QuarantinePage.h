#pragma once

#include "ui/models/QuarantineModel.h"
#include "ui/pages/ListPage.h"
#include "ui/pages/QuarantineDetail.h"
#include "ui/session/ProfileSession.h"

#include <QProgressBar>

namespace countersign {

/// What waits for mending, with Retry for one and for all; retrying shows its progress and can be cancelled.
class QuarantinePage : public ListPage
{
    Q_OBJECT

public:
    QuarantinePage(ProfileReader& reader, ProfileSession& session, WindowState& state,
                   QWidget* parent = nullptr);

    QuarantineModel* model() const { return m_model; }
    QuarantineDetail* detail() const { return m_detail; }
    QPushButton* retryAllButton() const { return m_retryAll; }

    void refresh() override { m_model->refresh(); }
    void repaintTimes() override { m_model->repaintRows(); }
    bool isSettled() const override { return m_model->isLoaded(); }
    void retryAll();
    QString outcome() const { return m_outcome->text(); }

Q_SIGNALS:
    void deliveryChosen(qint64 deliveryId);
    void eventsWanted();

protected:
    void applyFilter(const QString& text) override;
    void onStateAction() override;

private:
    void retrySelected();
    void showItem(int row);
    void updateState();
    void updateActions();
    void showOutcome(const IngestReport& report);

    ProfileSession& m_session;
    QuarantineModel* m_model;
    QuarantineDetail* m_detail;
    QPushButton* m_retryAll;
    QPushButton* m_cancel;
    QProgressBar* m_progress;
    QLabel* m_outcome;
    std::int64_t m_selected = 0;
};

}  // namespace countersign
