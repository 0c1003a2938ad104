#include "ui/pages/frame/PagedListPage.h"

#include "ui/models/query/FilterText.h"

#include <QComboBox>
#include <QLocale>

namespace countersign {

PagedListPage::PagedListPage(QLatin1StringView name, const QString& title, WindowState& state,
                             QWidget* parent)
    : ListPage(name, title, state, parent)
{}

void PagedListPage::begin(PagedTableModel* model, DetailPane* pane, Words words)
{
    m_rows = model;
    m_pane = pane;
    m_words = std::move(words);
    setDetail(pane);
    connect(table(), &DataTable::currentRowChanged, this, [this](const QModelIndex& current) {
        if (current.isValid()) {
            m_selected = m_rows->idAt(current.row());
            m_pane->setRow(m_selected);
        }
    });
    connect(m_rows, &PagedTableModel::stateChanged, this, &PagedListPage::updateState);
    connect(m_rows, &QAbstractItemModel::rowsInserted, this, &PagedListPage::keepSelection);
    connect(m_rows, &QAbstractItemModel::rowsRemoved, this, &PagedListPage::keepSelection);
    connect(m_rows, &QAbstractItemModel::modelReset, this, &PagedListPage::keepSelection);
}

QComboBox* PagedListPage::addChoice(const QString& token, const QString& name,
                                    const QList<QPair<QString, QString>>& values)
{
    auto* box = new QComboBox(this);
    box->setAccessibleName(name);
    box->addItem(tr("%1: all").arg(name), QString());
    for (const auto& [word, value] : values) {
        box->addItem(tr("%1: %2").arg(name, word), value);
    }
    connect(box, &QComboBox::activated, this, [this, box, token] {
        setFilterText(withToken(filterField()->text(), token, box->currentData().toString()));
    });
    m_choices.append({token, box});
    addControl(box);
    return box;
}

void PagedListPage::showChoices(const QHash<QString, QString>& tokens)
{
    for (const auto& [token, box] : m_choices) {
        QString value = tokens.value(token);
        if (value == QLatin1String("svm") || value == QLatin1String("solana")) {
            value = QStringLiteral("sol");
        }
        box->setCurrentIndex(std::max(0, box->findData(value)));
    }
}

void PagedListPage::refresh()
{
    m_rows->refresh();
    m_pane->refresh();
}

void PagedListPage::select(std::int64_t id)
{
    const int row = m_rows->rowOf(id);
    m_selected = id;
    m_pane->setRow(id);
    if (row >= 0) {
        table()->setCurrentIndex(m_rows->index(row, 0));
        table()->scrollTo(m_rows->index(row, 0));
    }
}

void PagedListPage::keepSelection()
{
    const int row = m_selected == 0 ? -1 : m_rows->rowOf(m_selected);
    if (row >= 0 && table()->currentIndex().row() != row) {
        const QSignalBlocker quiet(table());
        table()->selectionModel()->setCurrentIndex(
            m_rows->index(row, 0), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    }
}

bool PagedListPage::isFiltered() const
{
    return !filterField()->text().isEmpty();
}

void PagedListPage::updateState()
{
    setCountText({});
    if (!m_complaint.isEmpty()) {
        showState(QStringLiteral("search"), m_complaint, m_words.knownTokens, tr("Clear the filter"));
        return;
    }
    switch (m_rows->state()) {
        case PagedTableModel::State::Loading:
            showTable();
            return;
        case PagedTableModel::State::Failed:
            showState(QStringLiteral("error"), m_words.unreadable, m_rows->error().sentence, tr("Try again"));
            return;
        case PagedTableModel::State::Ready:
            break;
    }
    if (m_rows->rowCount() > 0) {
        showRows();
        return;
    }
    m_selected = 0;
    m_pane->setRow(0);
    if (isFiltered()) {
        showState(QStringLiteral("search"), m_words.noMatch, m_words.noMatchSentence, tr("Clear the filter"));
    } else {
        showEmpty();
    }
}

void PagedListPage::showRows()
{
    const QString count = QLocale().toString(m_rows->rowCount());
    setCountText(isFiltered() ? tr("%1 match").arg(count) : count);
    showTable();
    if (m_selected == 0 || m_rows->rowOf(m_selected) < 0) {
        select(m_rows->idAt(0));
    }
}

void PagedListPage::onStateAction()
{
    if (m_rows->state() == PagedTableModel::State::Failed) {
        refresh();
    } else if (isFiltered()) {
        clearFilter();
    } else {
        onEmptyAction();
    }
}

}  // namespace countersign
