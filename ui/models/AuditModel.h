#pragma once

#include "core/audit/AuditCatalog.h"
#include "ui/models/paging/PagedModel.h"

#include <QString>
#include <QStringList>

namespace countersign {

/// The record page's filter field as an AuditFilter: kind: and free text.
struct AuditQuery
{
    AuditFilter filter;
    QString complaint;  ///< always empty: any kind can be asked for

    static AuditQuery parse(const QString& input);
    static const QStringList& tokenNames();
};

/// The table model of the record's entries, newest first.
class AuditModel : public PagedModel<AuditRow>
{
    Q_OBJECT

public:
    enum Column { Number, Kind, Subject, Time, ColumnCount };

    AuditModel(ProfileReader& reader, const Clock& clock, QObject* parent = nullptr);

    void setFilter(const AuditFilter& filter);
    void start();

    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

protected:
    QVariant cell(const AuditRow& row, int column, int role) const override;
    std::function<Result<std::vector<std::int64_t>>(Database&)> idQuery() const override;
    std::function<Result<std::vector<AuditRow>>(Database&)> firstRowsQuery(int limit) const override;
    bool areFirstRowsCheap() const override { return m_filter.text.empty() && m_filter.kind.empty(); }
    std::function<Result<std::vector<AuditRow>>(Database&, const std::vector<std::int64_t>&)> rowQuery()
        const override;

private:
    const Clock& m_clock;
    AuditFilter m_filter;
    bool m_started = false;
};

}  // namespace countersign
