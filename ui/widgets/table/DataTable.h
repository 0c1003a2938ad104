#pragma once

#include <QTableView>

namespace countersign {

/// The table view of all lists, so that they behave alike: whole rows, one selected, fixed row height
/// (100,000 rows cost nothing), Enter opens, Ctrl+C copies what identifies the row, no grid.
class DataTable : public QTableView
{
    Q_OBJECT

public:
    explicit DataTable(QWidget* parent = nullptr);

    void setModel(QAbstractItemModel* model) override;
    /// Widths in pixels for the first columns; the stretching one takes the rest.
    void setColumnWidths(const QList<int>& widths);
    QList<int> columnWidths() const;
    void setStretchColumn(int column);
    /// As wide as the rows on the screen need.
    void fitColumns(const QList<int>& columns);
    /// Columns to leave out, one after the other, while there is no room for all.
    void setDropOrder(const QList<int>& columns);
    /// A column that is width pixels wide as long as no other column has to give way for it.
    void setRoomyColumn(int column, int width);
    void copySelection() const;

Q_SIGNALS:
    void opened(const QModelIndex& index);
    void currentRowChanged(const QModelIndex& index);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    int lastShownColumn() const;
    void dropColumns();
    void fitRoomyColumn(int spare);
    int preferredWidth(int column) const;

    QList<int> m_widths;
    QList<int> m_dropOrder;
    int m_roomyColumn = -1;
    int m_roomyWidth = 0;
};

inline constexpr int tableRowHeight = 34;

}  // namespace countersign
