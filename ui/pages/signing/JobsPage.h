#pragma once

#include "ui/models/JobModel.h"
#include "ui/pages/detail/JobDetail.h"
#include "ui/pages/frame/PagedListPage.h"

class QButtonGroup;

namespace countersign {

/// The jobs page: what waits for the operator, what runs, what is done, with the detail of the selected one.
/// Enter on a row opens its review.
class JobsPage : public PagedListPage
{
    Q_OBJECT

public:
    static constexpr QLatin1StringView pageName{"jobs"};

    JobsPage(ProfileReader& reader, JobControl& control, const Clock& clock, WindowState& state,
             QWidget* parent = nullptr);

    JobModel* model() const { return m_model; }
    JobDetail* detail() const { return m_detail; }
    QPushButton* composeButton() const { return m_compose; }
    QPushButton* severalButton() const { return m_several; }

    void start() override { m_model->start(); }
    void tick() override;
    void setCounts(const ProfileCounts& counts) override;
    /// The job id of the selection, empty without one.
    QString selectedJob() const;
    /// What the menu does with the selection; nothing where it is not possible now.
    void reviewSelected();
    void rejectSelected();
    /// Of the table's selection, in the order in which they stand there.
    std::vector<std::int64_t> selectedRows() const;
    void approveSelected();

Q_SIGNALS:
    void reviewWanted(const QString& jobId);
    void rejectWanted(const QString& jobId);
    void severalWanted(const std::vector<std::int64_t>& rows);
    void composeWanted();
    void fileWanted();
    void fileDropped(const QString& file);
    void walletChosen(const QString& walletId);

protected:
    void applyFilter(const QString& text) override;
    void showEmpty() override;
    void onEmptyAction() override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void addGroups();
    void addSeveral();
    void updateSeveral();

    JobControl& m_control;
    JobModel* m_model;
    JobDetail* m_detail;
    QButtonGroup* m_groups = nullptr;
    QPushButton* m_compose = nullptr;
    QPushButton* m_open = nullptr;
    QPushButton* m_several = nullptr;
};

}  // namespace countersign
