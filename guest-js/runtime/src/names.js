// Names that most events and functions use, taken in first. The engine keeps every property name once and counts who uses
// it, so what an event touches is spread over as many pages of memory as its names are; these lie together.
// It decides nothing: a name that is missing here costs a page fault.

const names = `type event messageId timestamp originalTimestamp sentAt receivedAt userId anonymousId previousId groupId context
properties traits integrations name category version channel projectId writeKey All
active app build namespace campaign source medium term content device id advertisingId adTrackingEnabled manufacturer
model token ip library locale location city country latitude longitude region speed network bluetooth carrier cellular
wifi os page path referrer search title url keywords screen density height width timezone userAgent userAgentData
instanceId externalIds protocols
address street state postalCode age avatar birthday company employee_count plan industry createdAt description email
firstName lastName gender phone username website first_name last_name created_at
order_id checkout_id affiliation total subtotal value revenue shipping tax discount coupon currency products product_id
sku brand variant price quantity position image_url list_id list filters sorts cart_id wishlist_id promotion_id creative
step payment_method shipping_method rating review_id review_body share_via share_message query
onIdentify onTrack onPage onScreen onGroup onAlias onDelete onBatch
apiKey endpoint apiToken token secret settings enabled
fetch method headers body Authorization Content-Type content-type Accept application/json status statusText ok json text
data items item user user_id users events error message code result results key keys values entries
id name to from date time count index label
length map filter reduce forEach push join slice includes find some every concat indexOf sort
toLowerCase toUpperCase replace split trim startsWith endsWith substring match test exec toString toFixed toISOString getTime now
stringify parse assign then catch finally resolve reject all isArray log`;

/** Holds the names: what nobody uses is forgotten. */
export const known = { __proto__: null };
for (const name of names.split(/\s+/)) known[name] = undefined;
