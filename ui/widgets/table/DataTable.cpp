#include "ui/widgets/table/DataTable.h"

#include "ui/widgets/table/CellDelegate.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>

#include <algorithm>

namespace countersign {

DataTable::DataTable(QWidget* parent) : QTableView(parent)
{
    setItemDelegate(new CellDelegate(this));
    setSelectionBehavior(SelectRows);
    setSelectionMode(SingleSelection);
    setShowGrid(false);
    setWordWrap(false);
    setMouseTracking(true);
    setTabKeyNavigation(false);
    setEditTriggers(NoEditTriggers);
    setVerticalScrollMode(ScrollPerPixel);
    setHorizontalScrollMode(ScrollPerPixel);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(tableRowHeight);
    verticalHeader()->setDefaultSectionSize(tableRowHeight);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    horizontalHeader()->setMinimumSectionSize(60);
    horizontalHeader()->setSectionsMovable(false);
    connect(this, &QTableView::doubleClicked, this, &DataTable::opened);
}

void DataTable::setModel(QAbstractItemModel* model)
{
    QTableView::setModel(model);
    connect(selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) { Q_EMIT currentRowChanged(current); });
}

void DataTable::setColumnWidths(const QList<int>& widths)
{
    for (int column = 0; column < widths.size() && column < horizontalHeader()->count(); ++column) {
        if (m_widths.size() <= column) {
            m_widths << 0;
        }
        if (widths.at(column) > 0) {
            m_widths[column] = widths.at(column);
            setColumnWidth(column, widths.at(column));
        }
    }
}

QList<int> DataTable::columnWidths() const
{
    QList<int> widths;
    for (int column = 0; column < horizontalHeader()->count(); ++column) {
        // A column that is left out, made roomy or takes what is left now keeps the width it was given.
        const bool roomy = column == m_roomyColumn && columnWidth(column) == m_roomyWidth;
        const bool stretched = horizontalHeader()->sectionResizeMode(column) == QHeaderView::Stretch;
        const bool given = !roomy && !stretched && !isColumnHidden(column) && column != lastShownColumn();
        widths << (given ? columnWidth(column) : m_widths.value(column));
    }
    return widths;
}

int DataTable::preferredWidth(int column) const
{
    return m_widths.value(column) > 0 ? m_widths.at(column) : columnWidth(column);
}

void DataTable::setDropOrder(const QList<int>& columns)
{
    m_dropOrder = columns;
    dropColumns();
}

int DataTable::lastShownColumn() const
{
    int column = horizontalHeader()->count() - 1;
    while (column > 0 && isColumnHidden(column)) {
        --column;
    }
    return column;
}

void DataTable::dropColumns()
{
    const int stretched = lastShownColumn();
    int wanted = 0;
    for (int column = 0; column < horizontalHeader()->count(); ++column) {
        if (m_dropOrder.contains(column) || !isColumnHidden(column)) {
            wanted += preferredWidth(column);
        }
    }
    for (const int column : m_dropOrder) {
        const bool drop = wanted > viewport()->width();
        setColumnHidden(column, drop);
        wanted -= drop ? preferredWidth(column) : 0;
    }
    if (stretched >= 0 && stretched != lastShownColumn() && !isColumnHidden(stretched)) {
        setColumnWidth(stretched, preferredWidth(stretched));
    }
    fitRoomyColumn(viewport()->width() - wanted);
}

void DataTable::fitRoomyColumn(int spare)
{
    if (m_roomyColumn < 0) {
        return;
    }
    const int narrow = preferredWidth(m_roomyColumn);
    const int now = columnWidth(m_roomyColumn);
    // A width that somebody chose by hand stays.
    if (now == narrow || now == m_roomyWidth) {
        setColumnWidth(m_roomyColumn, spare >= m_roomyWidth - narrow ? m_roomyWidth : narrow);
    }
}

void DataTable::setRoomyColumn(int column, int width)
{
    m_roomyColumn = column;
    m_roomyWidth = std::max(width, preferredWidth(column));
    dropColumns();
}

void DataTable::resizeEvent(QResizeEvent* event)
{
    QTableView::resizeEvent(event);
    dropColumns();
}

void DataTable::setStretchColumn(int column)
{
    horizontalHeader()->setSectionResizeMode(column, QHeaderView::Stretch);
}

void DataTable::fitColumns(const QList<int>& columns)
{
    horizontalHeader()->setResizeContentsPrecision(0);
    for (const int column : columns) {
        horizontalHeader()->setSectionResizeMode(column, QHeaderView::ResizeToContents);
    }
}

void DataTable::copySelection() const
{
    const QString text = currentIndex().data(CopyRole).toString();
    if (!text.isEmpty()) {
        QGuiApplication::clipboard()->setText(text);
    }
}

void DataTable::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy)) {
        copySelection();
        event->accept();
        return;
    }
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        if (currentIndex().isValid()) {
            Q_EMIT opened(currentIndex());
        }
        event->accept();
        return;
    }
    if (event->key() == Qt::Key_Escape) {
        event->ignore();  // the page goes back
        return;
    }
    QTableView::keyPressEvent(event);
}

}  // namespace countersign
