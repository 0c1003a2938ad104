#pragma once

#include "ui/models/AuditModel.h"
#include "ui/pages/detail/AuditDetail.h"
#include "ui/pages/frame/PagedListPage.h"
#include "ui/pages/record/RecordHealth.h"

#include <QPushButton>

namespace countersign {

/// The record's page: whether the record is whole, its checkpoints, and every entry; what leaves it (exports,
/// checkpoints) and the check of what came from another desk.
class AuditPage : public PagedListPage
{
    Q_OBJECT

public:
    static constexpr QLatin1StringView pageName{"audit"};

    AuditPage(ProfileReader& reader, RecordControl& record, const Clock& clock, WindowState& state,
              QWidget* parent = nullptr);

    AuditModel* model() const { return m_model; }
    AuditDetail* detail() const { return m_detail; }
    RecordHealth* health() const { return m_health; }
    QPushButton* verifyButton() const { return m_verify; }
    QPushButton* exportButton() const { return m_export; }
    QPushButton* checkpointButton() const { return m_checkpoint; }
    QPushButton* foreignButton() const { return m_foreign; }

    void start() override;
    void refresh() override;
    void repaintTimes() override;
    bool isSettled() const override { return PagedListPage::isSettled() && !m_marksPending; }

    void verify();
    void exportTo(const QString& file);
    void makeCheckpoint(const QString& file);

protected:
    void applyFilter(const QString& text) override;
    void showEmpty() override;
    void onEmptyAction() override { refresh(); }

private:
    void buildControls();
    void readMarks();
    void updateControls();
    void chooseFile(const QString& title, const QString& name, void (AuditPage::*chosen)(const QString&));
    void checkForeign();
    void say(bool isGood, const QString& headline, const QString& sentence);

    ProfileReader& m_reader;
    RecordControl& m_record;
    AuditModel* m_model = nullptr;
    AuditDetail* m_detail = nullptr;
    RecordHealth* m_health = nullptr;
    QPushButton* m_verify = nullptr;
    QPushButton* m_export = nullptr;
    QPushButton* m_checkpoint = nullptr;
    QPushButton* m_foreign = nullptr;
    bool m_marksPending = false;
};

}  // namespace countersign
