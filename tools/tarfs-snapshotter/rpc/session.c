// SPDX-License-Identifier: GPL-2.0
/*
 * The HTTP/2 session of a connection: what its frames do to streams.
 *
 * Copyright (C) 2026 The tarfs authors
 */
#include <errno.h>

#include "server_private.h"

static bool is_request(const nghttp2_frame *frame)
{
	return frame->hd.type == NGHTTP2_HEADERS &&
	       frame->headers.cat == NGHTTP2_HCAT_REQUEST;
}

static int on_begin(nghttp2_session *session, const nghttp2_frame *frame,
		    void *ctx)
{
	struct connection *c = ctx;
	struct stream *s;

	if (!is_request(frame))
		return 0;
	s = stream_new(c, frame->hd.stream_id);
	if (!s)
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	nghttp2_session_set_stream_user_data(session, s->id, s);
	return 0;
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame,
		     const uint8_t *name, size_t name_len, const uint8_t *value,
		     size_t value_len, uint8_t flags, void *ctx)
{
	struct stream *s;

	s = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
	if (s && is_request(frame))
		request_header(&s->request, name, name_len, value, value_len);
	return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t id,
		   const uint8_t *data, size_t len, void *ctx)
{
	struct stream *s = nghttp2_session_get_stream_user_data(session, id);

	if (!s || s->answered)
		return 0;
	stream_data(s, data, len);
	stream_refuse_early(s);
	return 0;
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame,
		    void *ctx)
{
	struct connection *c = ctx;
	struct stream *s;

	if (frame->hd.type == NGHTTP2_SETTINGS)
		c->greeted = true;
	s = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
	if (!s)
		return 0;
	if (is_request(frame))
		request_headers_end(&s->request);
	if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA)
		return 0;
	if (frame->hd.flags & NGHTTP2_FLAG_END_STREAM)
		stream_dispatch(s);
	else
		stream_refuse_early(s);
	return 0;
}

/* after an answer, do not let the client send what nobody reads */
static int on_sent(nghttp2_session *session, const nghttp2_frame *frame,
		   void *ctx)
{
	if (frame->hd.type == NGHTTP2_HEADERS &&
	    frame->hd.flags & NGHTTP2_FLAG_END_STREAM &&
	    !nghttp2_session_get_stream_remote_close(session,
						     frame->hd.stream_id))
		nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE,
					  frame->hd.stream_id,
					  NGHTTP2_NO_ERROR);
	return 0;
}

static int on_close(nghttp2_session *session, int32_t id, uint32_t error_code,
		    void *ctx)
{
	struct stream *s = nghttp2_session_get_stream_user_data(session, id);

	if (s)
		stream_free(s);
	return 0;
}

static int set_callbacks(struct connection *c)
{
	nghttp2_session_callbacks *calls;
	int err;

	if (nghttp2_session_callbacks_new(&calls))
		return -ENOMEM;
	nghttp2_session_callbacks_set_on_begin_headers_callback(calls,
								on_begin);
	nghttp2_session_callbacks_set_on_header_callback(calls, on_header);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(calls,
								  on_data);
	nghttp2_session_callbacks_set_on_frame_recv_callback(calls, on_frame);
	nghttp2_session_callbacks_set_on_frame_send_callback(calls, on_sent);
	nghttp2_session_callbacks_set_on_stream_close_callback(calls, on_close);
	err = nghttp2_session_server_new(&c->session, calls, c);
	nghttp2_session_callbacks_del(calls);
	return err ? -ENOMEM : 0;
}

int session_new(struct connection *c, struct error *e)
{
	static const nghttp2_settings_entry settings[] = {
		{ NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, STREAMS_MAX },
		{ NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, REQUEST_HEADERS_MAX },
	};

	if (!set_callbacks(c) &&
	    !nghttp2_submit_settings(c->session, NGHTTP2_FLAG_NONE, settings,
				     2))
		return 0;
	nghttp2_session_del(c->session);
	c->session = NULL;
	return error_set(e, -ENOMEM, "out of memory");
}
