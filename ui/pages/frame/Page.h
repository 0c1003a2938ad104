#pragma once

#include "ui/session/Liveness.h"
#include "ui/session/reading/ProfileCounts.h"

#include <QWidget>

namespace countersign {

/// One page of the window, as the window sees it. The window knows no page's class: it builds what PageTable
/// lists and calls what is declared here. What a page does not have (a search, a detail pane, counts) it
/// leaves as it is here. Each class also has a static `pageName`, by which the table, other pages and the
/// remembered view name it.
class Page : public QWidget
{
    Q_OBJECT

public:
    using QWidget::QWidget;

    /// At the page's head.
    virtual QString title() const = 0;

    /// Reads for the first time. Before it, nothing is asked of the profile.
    virtual void start() = 0;
    /// Something has changed in the profile.
    virtual void refresh() = 0;
    /// Nothing that is shown is being fetched.
    virtual bool isSettled() const = 0;
    /// Once a second: countdowns.
    virtual void tick() {}
    /// Times have moved on; a few times a minute.
    virtual void repaintTimes() {}
    virtual void setCounts(const ProfileCounts& /*counts*/) {}
    virtual void setLiveness(const Liveness::Status& /*status*/) {}

    /// The keyboard comes here with the page.
    virtual void focusContent() {}
    /// False where there is nothing to search.
    virtual bool focusSearch() { return false; }
    /// What is typed into the search.
    virtual void setFilterText(const QString& /*text*/) {}
    /// Selects a row by its id, when it is shown.
    virtual void select(std::int64_t /*id*/) {}
    virtual void copySelection() {}
    /// Esc. False when there was nothing to go back from.
    virtual bool goBack() { return false; }

    virtual bool hasDetail() const { return false; }
    virtual bool isDetailShown() const { return false; }
    virtual void setDetailShown(bool /*shown*/) {}

    /// The window closes: what the next one shall find again.
    virtual void saveState() {}

Q_SIGNALS:
    void detailShownChanged(bool shown);
};

}  // namespace countersign
