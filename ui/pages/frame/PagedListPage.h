#pragma once

#include "ui/models/paging/PagedTableModel.h"
#include "ui/pages/detail/DetailPane.h"
#include "ui/pages/frame/ListPage.h"

#include <QHash>

class QComboBox;

namespace countersign {

/// The base of the list pages over a paged model: Jobs, Wallets and Events page their rows by key, filter
/// them with tokens, keep the selection while rows come and go, and say the same things when there is nothing
/// to show.
class PagedListPage : public ListPage
{
    Q_OBJECT

public:
    void refresh() override;
    void repaintTimes() override { m_rows->repaintRows(); }
    bool isSettled() const override { return m_rows->isSettled() && m_pane->isSettled(); }
    void select(std::int64_t id) override;

protected:
    PagedListPage(QLatin1StringView name, const QString& title, WindowState& state, QWidget* parent);

    struct Words
    {
        QString unreadable;       ///< headline when the rows cannot be read
        QString knownTokens;      ///< under a complaint about the filter
        QString noMatch;          ///< headline
        QString noMatchSentence;  ///< and what was searched
    };
    /// Once, before restoreState.
    void begin(PagedTableModel* model, DetailPane* pane, Words words);
    /// A box whose choice is a token of the filter, and the other way round.
    QComboBox* addChoice(const QString& token, const QString& name,
                         const QList<QPair<QString, QString>>& values);
    void showChoices(const QHash<QString, QString>& tokens);

    /// Filters the model, or shows what is wrong with the filter's words.
    template <typename Query, typename Model>
    void apply(const Query& query, Model& model)
    {
        m_complaint = query.complaint;
        if (m_complaint.isEmpty()) {
            model.setFilter(query.filter);
        }
        updateState();
    }

    void updateState();
    /// There is nothing at all.
    virtual void showEmpty() = 0;
    /// The button under it.
    virtual void onEmptyAction() = 0;
    void onStateAction() override;

private:
    bool isFiltered() const;
    void keepSelection();
    void showRows();

    PagedTableModel* m_rows = nullptr;
    DetailPane* m_pane = nullptr;
    Words m_words;
    QList<QPair<QString, QComboBox*>> m_choices;
    QString m_complaint;
    std::int64_t m_selected = 0;
};

}  // namespace countersign
