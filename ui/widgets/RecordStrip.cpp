#include "ui/widgets/RecordStrip.h"

#include "ui/theme/Theme.h"

#include <QPainter>

#include <algorithm>

namespace countersign {

namespace {

constexpr int blockTop = 3;
constexpr int blockHeight = 14;
constexpr int blockGap = 2;
constexpr int markWidth = 2;

}  // namespace

RecordStrip::RecordStrip(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void RecordStrip::setContent(Content content)
{
    m_content = std::move(content);
    std::sort(m_content.checkpoints.begin(), m_content.checkpoints.end());
    update();
}

int RecordStrip::positionOf(std::int64_t seq) const
{
    const double share =
        static_cast<double>(seq) / static_cast<double>(std::max<std::int64_t>(1, m_content.entries));
    return static_cast<int>(share * width());
}

void RecordStrip::paintEvent(QPaintEvent*)
{
    if (m_content.entries < 1) {
        return;
    }
    const ThemeColors& colors = Theme::instance().colors();
    const ToneColors& tone = colors.tone(m_content.tone);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    std::vector<std::int64_t> ends = m_content.checkpoints;
    ends.push_back(m_content.entries);
    int left = 0;
    for (std::size_t i = 0; i < ends.size(); ++i) {
        const int right = i + 1 == ends.size() ? width() : positionOf(ends[i]);
        if (right - left < blockGap + 1 && i + 1 < ends.size()) {
            continue;  // several checkpoints in one pixel are one block
        }
        const bool isHeld = i + 1 < ends.size() || ends[i] == (ends.size() > 1 ? ends[i - 1] : 0);
        const QRect block(left, blockTop, std::max(1, right - left - blockGap), blockHeight);
        painter.setBrush(ends[i] <= m_content.checkedUpTo ? tone.text : colors.muted);
        painter.setOpacity(isHeld ? 1.0 : 0.45);
        painter.drawRoundedRect(block, 3, 3);
        left = right;
    }
    painter.setOpacity(1.0);
    painter.setBrush(colors.warning.text);
    for (const std::int64_t seq : m_content.reseals) {
        painter.drawRect(positionOf(seq) - markWidth, 0, markWidth, height());
    }
    if (m_content.firstBad > 0) {
        painter.setBrush(colors.bad.text);
        painter.drawRect(std::min(positionOf(m_content.firstBad), width() - 2 * markWidth), 0, 2 * markWidth,
                         height());
    }
}

}  // namespace countersign
