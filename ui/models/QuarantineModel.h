#pragma once

#include "core/inbox/DeliveryCatalog.h"
#include "ui/session/ProfileReader.h"

#include <QAbstractTableModel>

namespace countersign {

/// The quarantine table. Items wait for a person, so there are few; they are read whole.
class QuarantineModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Reason, Event, Received, Retries, ColumnCount };

    QuarantineModel(ProfileReader& reader, const Clock& clock, QObject* parent = nullptr);

    void refresh();
    const QuarantineItem* itemAt(int row) const;
    int rowOf(std::int64_t id) const;
    bool isLoaded() const { return m_loaded; }
    const std::optional<Error>& error() const { return m_error; }
    void repaintRows();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void loaded();

private:
    void take(Result<std::vector<QuarantineItem>> items);
    QString displayText(const QuarantineItem& item, int column) const;

    ProfileReader& m_reader;
    const Clock& m_clock;
    std::vector<QuarantineItem> m_items;
    std::optional<Error> m_error;
    bool m_loaded = false;
};

}  // namespace countersign
