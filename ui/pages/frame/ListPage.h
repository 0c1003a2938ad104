#pragma once

#include "ui/pages/frame/Page.h"
#include "ui/session/WindowState.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/table/DataTable.h"

#include <QBoxLayout>
#include <QFrame>
#include <QLabel>
#include <QLineEdit>
#include <QSplitter>
#include <QStackedWidget>
#include <QTimer>

namespace countersign {

/// The base of the pages with a list and a detail. Jobs, Wallets, Events and Quarantine are the same kind of
/// page: title and count, filter field, table (or an empty state in its place) and the detail of the
/// selection beside it; keys, splitter and widths behave alike and are remembered under the page's name.
class ListPage : public Page
{
    Q_OBJECT

public:
    ListPage(QLatin1StringView name, const QString& title, WindowState& state, QWidget* parent);

    DataTable* table() const { return m_table; }
    QLineEdit* filterField() const { return m_filter; }
    QString title() const override { return m_title->text(); }

    void focusContent() override { m_table->setFocus(); }
    bool focusSearch() override;
    void setFilterText(const QString& text) override;
    void copySelection() override { m_table->copySelection(); }
    bool hasDetail() const override { return true; }
    /// The detail pane hides by itself where there is no list to select from.
    bool isDetailShown() const override { return m_detailFrame->isVisibleTo(this); }
    void setDetailShown(bool shown) override;
    /// Esc: out of the filter field, then detail closed, then filter cleared. False when there was nothing to
    /// go back from.
    bool goBack() override;
    void saveState() override;

protected:
    void setDetail(QWidget* detail);
    /// Between the title and the controls.
    void addHead(QWidget* widget);
    void addControl(QWidget* control);
    /// At the other end of the row: what must not be hit by mistake.
    void addLastControl(QWidget* control);
    /// What is to be known of the whole list, whether or not it is shown; empty: nothing.
    void setNote(const QString& text);
    void setFilterHelp(const QString& placeholder, const QString& toolTip);
    void setCountText(const QString& text) { m_count->setText(text); }
    void showTable();
    /// The table, with how many rows it has beside the title.
    void showRows(int count);
    /// Every row again, with the keyboard in the table.
    void clearFilter();
    void showState(const QString& icon, const QString& headline, const QString& sentence,
                   const QString& action = {});
    bool isTableShown() const { return m_stack->currentWidget() == m_table; }
    /// The filter field's text, a moment after the last key.
    virtual void applyFilter(const QString& text) = 0;
    /// The empty state's button.
    virtual void onStateAction() = 0;
    void restoreState();

private:
    QString key(const char* what) const;
    void updateDetail();

    QString m_name;
    WindowState& m_state;
    QLabel* m_title = nullptr;
    QLabel* m_count = nullptr;
    QLineEdit* m_filter = nullptr;
    QVBoxLayout* m_layout = nullptr;
    QBoxLayout* m_controls = nullptr;
    QLabel* m_note = nullptr;
    int m_leading = 0;  ///< controls before the stretch
    QSplitter* m_splitter = nullptr;
    QStackedWidget* m_stack = nullptr;
    DataTable* m_table = nullptr;
    EmptyState* m_empty = nullptr;
    QFrame* m_detailFrame = nullptr;
    bool m_detailWanted = true;
    QTimer m_filterSoon;
};

}  // namespace countersign
