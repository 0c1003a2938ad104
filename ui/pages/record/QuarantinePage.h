#pragma once

#include "ui/models/QuarantineModel.h"
#include "ui/pages/detail/QuarantineDetail.h"
#include "ui/pages/dialogs/DropConfirmation.h"
#include "ui/pages/frame/PagedListPage.h"
#include "ui/session/ProfileSession.h"

#include <QProgressBar>

namespace countersign {

/// The quarantine page: what waits for mending, filtered by reason, with Retry for one and for all, and Drop
/// for one and for what the filter shows. Retrying shows its progress and can be cancelled.
class QuarantinePage : public PagedListPage
{
    Q_OBJECT

public:
    static constexpr QLatin1StringView pageName{"quarantine"};

    QuarantinePage(ProfileReader& reader, ProfileSession& session, WindowState& state,
                   QWidget* parent = nullptr);

    QuarantineModel* model() const { return m_model; }
    QuarantineDetail* detail() const { return m_detail; }
    QPushButton* retryAllButton() const { return m_retryAll; }
    QPushButton* cancelButton() const { return m_cancel; }
    QPushButton* dropButton() const { return m_drop; }

    void start() override { m_model->start(); }
    void setCounts(const ProfileCounts& profile) override;
    void retryAll();
    QString outcome() const { return m_outcome->text(); }

Q_SIGNALS:
    void deliveryChosen(qint64 deliveryId);
    void eventsWanted();

protected:
    void applyFilter(const QString& text) override;
    void showEmpty() override;
    void onEmptyAction() override;

private:
    void buildControls();
    void connectSession();
    void retrySelected();
    void confirmDrop(const QuarantineSelection& selection);
    void askDrop(QuarantineSelection selection, const QuarantineCatalog::Selected& selected);
    void updateActions();
    void showOutcome(const IngestReport& report);
    void showDropped(const DropReport& report);

    ProfileReader& m_reader;
    ProfileSession& m_session;
    QuarantineModel* m_model;
    QuarantineDetail* m_detail;
    QPushButton* m_retryAll = nullptr;
    QPushButton* m_cancel = nullptr;
    QPushButton* m_drop = nullptr;
    QProgressBar* m_progress = nullptr;
    QLabel* m_outcome = nullptr;
};

}  // namespace countersign
