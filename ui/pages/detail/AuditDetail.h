#pragma once

#include "core/audit/AuditCatalog.h"
#include "ui/pages/detail/DetailPane.h"
#include "ui/widgets/FactGrid.h"

#include <QPlainTextEdit>

namespace countersign {

/// The detail pane of an entry of the record: what was done, about what, when, and on what grounds.
class AuditDetail : public DetailPane
{
    Q_OBJECT

public:
    explicit AuditDetail(ProfileReader& reader, QWidget* parent = nullptr);

    QString shownDetail() const { return m_text->toPlainText(); }

protected:
    void read() override;

private:
    static Result<AuditRow> known(Database& database, std::int64_t id);
    void show(const AuditRow& row);

    QLabel* m_title = nullptr;
    FactGrid* m_facts = nullptr;
    QPlainTextEdit* m_text = nullptr;
};

}  // namespace countersign
