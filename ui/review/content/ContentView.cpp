#include "ui/review/content/ContentView.h"

#include "ui/theme/Theme.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/Panes.h"
#include "ui/widgets/identity/AddressView.h"
#include "ui/widgets/identity/CopyButton.h"

#include <QHeaderView>
#include <QVBoxLayout>

namespace countersign {

namespace {

QPlainTextEdit* readOnlyText(const QString& name, QWidget* parent)
{
    auto* edit = new QPlainTextEdit(parent);
    edit->setReadOnly(true);
    edit->setAccessibleName(name);
    edit->setFont(Theme::monospace(0.95));
    edit->setTabChangesFocus(true);
    return edit;
}

void addNodes(QTreeWidgetItem* parent, const QList<ContentNode>& nodes)
{
    for (const ContentNode& node : nodes) {
        auto* item = new QTreeWidgetItem(parent, {node.name, node.value, node.type});
        item->setFont(1, Theme::monospace(0.95));
        item->setToolTip(1, node.value.size() > 60 ? node.value.left(2000).toHtmlEscaped() : QString());
        addNodes(item, node.children);
    }
}

/// In groups of four, as everything that eyes compare; long data as it is.
void addCode(FactGrid& grid, const QString& name, const QString& value)
{
    constexpr qsizetype longestGrouped = 100;
    if (value.size() > longestGrouped) {
        grid.addCode(name, value);
        return;
    }
    auto* row = new QWidget(&grid);
    auto* groups = new AddressView(row);
    groups->setAddress(value);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(groups, 1);
    layout->addWidget(new CopyButton(value, ContentView::tr("Copy %1").arg(name), row), 0, Qt::AlignTop);
    constexpr int level = 2;
    grid.addWidget(name, row, level);
}

}  // namespace

ContentView::ContentView(QWidget* parent) : QTabWidget(parent)
{
    setDocumentMode(true);
    m_raw = readOnlyText(tr("The document and the bytes that are signed"), this);
    m_bytes = new SignedBytesView(this);
    m_hashes = new HashesView(this);
    m_meaning = new MeaningView(this);
    addTab(scrolling(m_meaning, this), tr("&Meaning"));
    addTab(buildDecoded(), tr("&Decoded"));
    addTab(m_bytes, tr("B&ytes"));
    addTab(m_raw, tr("Ra&w"));
    addTab(scrolling(m_hashes, this), tr("&Hashes"));
}

QWidget* ContentView::buildDecoded()
{
    auto* page = new QWidget(this);
    m_fields = new FactGrid(page);
    m_text = readOnlyText(tr("The message"), page);
    m_text->setMinimumHeight(96);
    m_tree = new QTreeWidget(page);
    m_tree->setAccessibleName(tr("Typed data"));
    m_tree->setHeaderLabels({tr("Member"), tr("Value"), tr("Type")});
    m_tree->setUniformRowHeights(true);
    m_tree->setTextElideMode(Qt::ElideMiddle);
    m_tree->setColumnWidth(0, 180);
    m_tree->setColumnWidth(1, 560);  // 78 digits, the longest integer
    m_tree->setMinimumHeight(180);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 12, 8, 4);
    layout->setSpacing(12);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_fields);
    layout->addWidget(m_tree, 1);
    layout->addStretch(0);
    return scrolling(page, this);
}

void ContentView::show(const ReviewContent& content)
{
    setTabVisible(Meaning, content.meaning.has_value());
    if (content.meaning) {
        m_meaning->show(*content.meaning);
    }
    m_text->setVisible(!content.text.isEmpty());
    if (m_text->toPlainText() != content.text) {
        m_text->setPlainText(content.text);
    }
    m_tree->setVisible(!content.tree.isEmpty());
    m_tree->clear();
    addNodes(m_tree->invisibleRootItem(), content.tree);
    m_tree->expandAll();
    showFields(content.fields);
    setTabVisible(InBytes, !content.bytes.bytes.empty());
    m_bytes->show(content.bytes);
    if (m_raw->toPlainText() != content.raw) {
        m_raw->setPlainText(content.raw);
    }
    m_hashes->show(content.hashes);
}

void ContentView::showFields(const QList<ContentField>& fields)
{
    m_fields->clear();
    for (const ContentField& field : fields) {
        if (field.code) {
            addCode(*m_fields, field.name, field.value);
            continue;
        }
        if (!field.resolved) {
            m_fields->add(field.name, field.value);
            continue;
        }
        auto* row = new QWidget(m_fields);
        auto* chip = new ChipLabel(row);
        chip->setState({tr("filled in from the node"),
                        QStringLiteral("relay"),
                        Tone::Info,
                        tr("The job leaves this open; it was asked of the configured node and is part of "
                           "what you approve."),
                        {}});
        auto* layout = new QHBoxLayout(row);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(12);
        QLabel* value = plainLabel(field.value, row);
        value->setTextInteractionFlags(Qt::TextSelectableByMouse);
        layout->addWidget(value);
        layout->addWidget(chip);
        layout->addStretch(1);
        constexpr int level = 3;
        m_fields->addWidget(field.name, row, level);
    }
}

}  // namespace countersign
