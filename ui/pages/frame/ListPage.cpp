#include "ui/pages/frame/ListPage.h"

#include "ui/theme/Icons.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"

#include <QLocale>
#include <QToolButton>
#include <QVBoxLayout>

namespace countersign {

namespace {
constexpr int filterDelayMs = 120;
constexpr int headHeight = 34;
}  // namespace

ListPage::ListPage(QLatin1StringView name, const QString& title, WindowState& state, QWidget* parent)
    : Page(parent), m_name(name), m_state(state)
{
    m_title = plainLabel(title, this, Theme::font(1.6, QFont::DemiBold));
    m_count = mutedLabel({}, this);
    m_filter = new QLineEdit(this);
    m_filter->setClearButtonEnabled(true);
    m_filter->setMinimumWidth(220);
    m_filter->setMaximumWidth(420);
    m_filter->setAccessibleName(tr("Filter"));
    m_filter->addAction(themeIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);

    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(m_title, 0, Qt::AlignBottom);
    head->addWidget(m_count, 0, Qt::AlignBottom);
    head->addStretch(1);
    head->addWidget(m_filter, 2);
    head->addItem(new QSpacerItem(0, headHeight, QSizePolicy::Minimum, QSizePolicy::Fixed));

    m_controls = new QHBoxLayout;
    m_controls->setSpacing(8);
    m_controls->addStretch(1);
    m_note = mutedLabel({}, this);
    m_note->setWordWrap(true);
    m_note->hide();

    m_table = new DataTable(this);
    m_empty = new EmptyState(this);
    m_stack = new QStackedWidget(this);
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_empty);
    m_detailFrame = cardFrame(this);
    m_detailFrame->setMinimumWidth(340);

    m_splitter = new QSplitter(Qt::Horizontal, this);
    m_splitter->setHandleWidth(16);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->addWidget(m_stack);
    m_splitter->addWidget(m_detailFrame);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 0);
    m_splitter->setSizes({676, 420});

    m_layout = new QVBoxLayout(this);
    m_layout->setContentsMargins(24, 16, 24, 16);
    m_layout->setSpacing(12);
    m_layout->addLayout(head);
    m_layout->addLayout(m_controls);
    m_layout->addWidget(m_note);
    m_layout->addWidget(m_splitter, 1);

    m_filterSoon.setSingleShot(true);
    m_filterSoon.setInterval(filterDelayMs);
    connect(&m_filterSoon, &QTimer::timeout, this, [this] { applyFilter(m_filter->text()); });
    connect(m_filter, &QLineEdit::textChanged, &m_filterSoon, qOverload<>(&QTimer::start));
    connect(m_filter, &QLineEdit::returnPressed, this, [this] { m_table->setFocus(); });
    connect(m_empty, &EmptyState::actionTriggered, this, [this] { onStateAction(); });
    connect(m_table, &DataTable::opened, this, [this] { setDetailShown(true); });
}

QString ListPage::key(const char* what) const
{
    return m_name + u'/' + QLatin1String(what);
}

void ListPage::setDetail(QWidget* detail)
{
    auto* close = new QToolButton(m_detailFrame);
    close->setIcon(themeIcon(QStringLiteral("close")));
    close->setIconSize(QSize(14, 14));
    close->setToolTip(tr("Close the detail pane (Esc)"));
    close->setAccessibleName(tr("Close the detail pane"));
    connect(close, &QToolButton::clicked, this, [this] { setDetailShown(false); });
    auto* layout = new QVBoxLayout(m_detailFrame);
    layout->setContentsMargins(0, 4, 4, 8);
    layout->setSpacing(0);
    layout->addWidget(close, 0, Qt::AlignRight);
    layout->addWidget(scrolling(detail, m_detailFrame), 1);
}

void ListPage::addHead(QWidget* widget)
{
    m_layout->insertWidget(1, widget);
}

void ListPage::addControl(QWidget* control)
{
    m_controls->insertWidget(m_leading++, control);
}

void ListPage::addLastControl(QWidget* control)
{
    m_controls->addWidget(control);
}

void ListPage::setNote(const QString& text)
{
    m_note->setText(text);
    m_note->setVisible(!text.isEmpty());
}

void ListPage::setFilterHelp(const QString& placeholder, const QString& toolTip)
{
    m_filter->setPlaceholderText(placeholder);
    m_filter->setToolTip(toolTip);
}

void ListPage::showState(const QString& icon, const QString& headline, const QString& sentence,
                         const QString& action)
{
    m_empty->show(icon, headline, sentence, action);
    m_stack->setCurrentWidget(m_empty);
    updateDetail();
}

void ListPage::showTable()
{
    m_stack->setCurrentWidget(m_table);
    updateDetail();
}

void ListPage::showRows(int count)
{
    setCountText(QLocale().toString(count));
    showTable();
}

void ListPage::clearFilter()
{
    setFilterText({});
    m_table->setFocus();
}

void ListPage::updateDetail()
{
    const bool shown = m_detailWanted && isTableShown();
    if (shown != isDetailShown()) {
        m_detailFrame->setVisible(shown);
        Q_EMIT detailShownChanged(shown);
    }
}

bool ListPage::focusSearch()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
    return true;
}

void ListPage::setFilterText(const QString& text)
{
    m_filter->setText(text);
    m_filterSoon.stop();
    applyFilter(text);
}

void ListPage::setDetailShown(bool shown)
{
    m_detailWanted = shown;
    updateDetail();
}

bool ListPage::goBack()
{
    if (m_filter->hasFocus()) {
        m_table->setFocus();
        return true;
    }
    if (isDetailShown()) {
        setDetailShown(false);
        m_table->setFocus();
        return true;
    }
    if (!m_filter->text().isEmpty()) {
        setFilterText({});
        return true;
    }
    return false;
}

void ListPage::saveState()
{
    m_state.setWidths(key("columns"), m_table->columnWidths());
    m_state.setValue(key("splitter"), m_splitter->saveState());
    m_state.setValue(key("filter"), m_filter->text());
    m_state.setValue(key("detail"), m_detailWanted);
}

void ListPage::restoreState()
{
    m_table->setColumnWidths(m_state.widths(key("columns")));
    m_splitter->restoreState(m_state.value(key("splitter")).toByteArray());
    setDetailShown(m_state.value(key("detail"), true).toBool());
    setFilterText(m_state.value(key("filter")).toString());
}

}  // namespace countersign
